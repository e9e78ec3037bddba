"""Which microphone PulseAudio feeds to this program, asked of the server itself.

A microphone that is pulled out is replaced by the server: whoever hears it is moved to another one,
and samples go on coming. Qt (6.11) says nothing of it, and its list of devices keeps what has gone
until another one is plugged in. So the server is asked, over a connection of its own through
libpulse, which Qt has loaded already. Nothing here waits for an answer.
"""

import ctypes
import os
import time
from collections.abc import Callable
from ctypes import POINTER, Structure, c_char_p, c_int, c_uint8, c_uint32, c_uint64, c_void_p
from typing import Any, NamedTuple

LOOK_S = 0.25  # between two questions; each is two messages over a local socket
_READY, _FAILED = 4, 5  # pa_context_state_t; what is greater is ended too
_NO_AUTOSPAWN = 1  # a server that has crashed is the system's to start again
_MOST_STEPS = 100  # of the connection's, at one look


class Answer(NamedTuple):
    """What the server said: all microphones, described by id; of these, the ids of those that are
    heard here, and of those that are muted.
    """

    asked_s: float  # on the monotonic clock
    microphones: dict[str, str]
    heard: tuple[str, ...]
    muted: tuple[str, ...]


class _SampleSpec(Structure):
    _fields_ = [("format", c_int), ("rate", c_uint32), ("channels", c_uint8)]


class _ChannelMap(Structure):
    _fields_ = [("channels", c_uint8), ("map", c_int * 32)]


class _Volume(Structure):
    _fields_ = [("channels", c_uint8), ("values", c_uint32 * 32)]


class _Source(Structure):
    """The beginning of ``pa_source_info``."""

    _fields_ = [
        ("name", c_char_p), ("index", c_uint32), ("description", c_char_p), ("spec", _SampleSpec),
        ("channel_map", _ChannelMap), ("owner_module", c_uint32), ("volume", _Volume),
        ("mute", c_int),
    ]  # fmt: skip


class _Output(Structure):
    """The beginning of ``pa_source_output_info``: one program that hears one source."""

    _fields_ = [
        ("index", c_uint32), ("name", c_char_p), ("owner_module", c_uint32), ("client", c_uint32),
        ("source", c_uint32), ("spec", _SampleSpec), ("channel_map", _ChannelMap),
        ("buffer_usec", c_uint64), ("source_usec", c_uint64), ("resample_method", c_char_p),
        ("driver", c_char_p), ("properties", c_void_p),
    ]  # fmt: skip


_TellSource = ctypes.CFUNCTYPE(None, c_void_p, POINTER(_Source), c_int, c_void_p)
_TellOutput = ctypes.CFUNCTYPE(None, c_void_p, POINTER(_Output), c_int, c_void_p)
# Of libpulse: what it takes and gives.
_CALLS: dict[str, tuple[Any, ...]] = {
    "pa_mainloop_new": (c_void_p,),
    "pa_mainloop_get_api": (c_void_p, c_void_p),
    "pa_mainloop_iterate": (c_int, c_void_p, c_int, c_void_p),
    "pa_mainloop_free": (None, c_void_p),
    "pa_context_new": (c_void_p, c_void_p, c_char_p),
    "pa_context_connect": (c_int, c_void_p, c_char_p, c_int, c_void_p),
    "pa_context_get_state": (c_int, c_void_p),
    "pa_context_get_source_info_list": (c_void_p, c_void_p, _TellSource, c_void_p),
    "pa_context_get_source_output_info_list": (c_void_p, c_void_p, _TellOutput, c_void_p),
    "pa_context_disconnect": (None, c_void_p),
    "pa_context_unref": (None, c_void_p),
    "pa_operation_unref": (None, c_void_p),
    "pa_proplist_gets": (c_char_p, c_void_p, c_char_p),
}


class Server:
    """A connection that asks what this program hears. Used by one thread; OSError: no libpulse."""

    def __init__(self) -> None:
        library = ctypes.CDLL("libpulse.so.0")
        self._calls: dict[str, Callable[..., Any]] = {}
        for name, (gives, *takes) in _CALLS.items():
            call = getattr(library, name)
            call.restype, call.argtypes = gives, takes
            self._calls[name] = call
        # Kept here: libpulse calls them, which Python does not know.
        self._told = _TellOutput(self._output), _TellSource(self._source)
        self._answer: Answer | None = None
        self._asked_s, self._asking = 0.0, False
        self._sources: dict[int, tuple[str, str]] = {}
        self._heard: list[int] = []
        self._muted: list[str] = []
        self._loop = self._calls["pa_mainloop_new"]()
        api = self._calls["pa_mainloop_get_api"](self._loop)
        self._context = self._calls["pa_context_new"](api, b"Attune: which microphone")
        self._calls["pa_context_connect"](self._context, None, _NO_AUTOSPAWN, None)

    def look(self) -> Answer | None:
        """The newest answer; None before the first one, and from when the server has gone."""
        if not self._loop:
            return None
        for _ in range(_MOST_STEPS):
            if self._calls["pa_mainloop_iterate"](self._loop, 0, None) <= 0:
                break
        state = self._calls["pa_context_get_state"](self._context)
        if state >= _FAILED:
            self.close()
            return None
        now_s = time.monotonic()
        if state == _READY and not self._asking and now_s - self._asked_s >= LOOK_S:
            self._ask(now_s)
        return self._answer

    def close(self) -> None:
        """End the connection."""
        if not self._loop:
            return
        self._calls["pa_context_disconnect"](self._context)
        self._calls["pa_context_unref"](self._context)
        self._calls["pa_mainloop_free"](self._loop)
        self._loop = self._answer = None

    def _ask(self, now_s: float) -> None:
        self._asked_s, self._asking = now_s, True
        self._sources.clear()
        self._heard.clear()
        self._muted.clear()
        # In this order: what goes meanwhile is missing in the second, so it is known to be gone.
        lists = ("pa_context_get_source_output_info_list", "pa_context_get_source_info_list")
        for name, told in zip(lists, self._told, strict=True):
            operation = self._calls[name](self._context, told, None)
            if operation:
                self._calls["pa_operation_unref"](operation)

    # Called by libpulse: once for each in a list, and once more at its end

    def _output(self, _context: Any, found: Any, end: int, _data: Any) -> None:
        if end == 0:
            one = found.contents
            process = self._calls["pa_proplist_gets"](one.properties, b"application.process.id")
            if _text(process) == str(os.getpid()):
                self._heard.append(one.source)

    def _source(self, _context: Any, found: Any, end: int, _data: Any) -> None:
        if end == 0:
            one = found.contents
            self._sources[one.index] = (_text(one.name), _text(one.description))
            if one.mute:
                self._muted.append(_text(one.name))
            return
        self._asking = False
        if end > 0:
            heard = [self._sources[one][0] for one in self._heard if one in self._sources]
            every, muted = dict(self._sources.values()), tuple(self._muted)
            self._answer = Answer(self._asked_s, every, tuple(heard), muted)


def _text(given: bytes | None) -> str:
    return (given or b"").decode("utf-8", "backslashreplace")
