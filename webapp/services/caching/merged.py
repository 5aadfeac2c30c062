"""What do all certificates of a course run, a mode and a site show alike: merged once for a version of the configuration?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cachetools import LRUCache

from webapp.domain.certificates.page.voices import Voice
from webapp.domain.certificates.page_context import CourseTexts, Merged, merge
from webapp.domain.identifiers import CourseId
from webapp.ports.caches import Numbers

MOST = 1024
"""Course runs times modes, sites and languages that are looked at; some 10 KB each."""


@dataclass(frozen=True, slots=True)
class RecordedCourse:
    """What a course run's record gives to its certificates, `certificate` being the platform's object as JSON text."""

    course_id: CourseId
    title: str
    certificate: str | None = None

    def texts(self) -> CourseTexts:
        """Read the object."""
        found = json.loads(self.certificate) if self.certificate else None
        return CourseTexts(self.course_id, self.title, found)


@dataclass(slots=True)
class MergedTexts:
    """The merged texts that a process keeps; safe among threads.

    A live payload is another object when it was read anew: what was merged from an earlier one does not count for it.
    """

    html_view: Callable[[], Mapping[str, Any]]
    _kept: LRUCache[Any, tuple[Mapping[str, Any], Merged]] = field(default_factory=lambda: LRUCache(MOST))
    _lock: Lock = field(default_factory=Lock)
    _found: int = 0
    _missed: int = 0

    def find(
        self, course: RecordedCourse, mode: str, *, site: str, year: int, language: str, voice: Voice | None
    ) -> Merged:
        """Give the merged texts, `voice` being that of the language; raises as `html_view`."""
        html_view = self.html_view()
        key = (course, mode, self._named(html_view, site), year, language)
        with self._lock:
            known = self._kept.get(key)
        if known is not None and known[0] is html_view:
            self._found += 1
            return known[1]
        self._missed += 1
        merged = merge(html_view, course.texts(), mode, site=site, year=year, voice=voice)
        with self._lock:
            self._kept[key] = (html_view, merged)
        return merged

    def forget(self) -> None:
        """Merge everything anew."""
        with self._lock:
            self._kept.clear()

    def numbers(self) -> Numbers:
        """Tell how much is kept, and how often that helped; counted nearly, without a lock."""
        return Numbers("merged texts", len(self._kept), self._found, self._missed)

    @staticmethod
    def _named(html_view: Mapping[str, Any], site: str) -> str:
        """Any host can be asked for: those of which the configuration says nothing are one."""
        sites = html_view.get("configuration", {}).get("sites", {})
        return site if isinstance(sites, Mapping) and site in sites else ""
