"""What does a word mean that is the same in all objects? What one of them alone has stands below its field."""

from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "apply_at": "When it goes live once it has its approvals, a moment within the next year; null: at once.",
    "ask": "The name of the account whose decision is asked for, which has the role `approver`; empty: nobody's in "
    "particular. Others with that role may decide as well.",
    "at": "When it happened.",
    "confirmed_warnings": "The `code` of each warning that its requester has read.",
    "course_id": "The course run's key, such as `course-v1:Org+Course+Run`, or `Org/Course/Run` in the older spelling.",
    "description": "The mode of which it is an example.",
    "differences": "What differs, field by field; those that are the same are left out.",
    "display_name": "The name of the course.",
    "download_url": "The address of the PDF that the queue had made; null where there is none.",
    "dry_run": "Whether it only says what would happen, and changes nothing.",
    "email": "The learner's e-mail address; empty where it is not known.",
    "error_reason": "What went wrong when it was made; empty or null where nothing did.",
    "from_version": "The version that the change was made from; 0: there was no value; null where it is about no change.",
    "grade": "The learner's grade when this status was given, a fraction as text such as `0.87`; empty where there was none.",
    "id": "Its number, which stays.",
    "is_passing": "Whether it counts as passed: its status is `downloadable` or `generating`, and nobody declared it void.",
    "key": "Which one of its kind; `-` where there is one for the whole desk.",
    "kind": "The kind of configuration that it is about.",
    "mode": "The enrolment mode, such as `honor` or `verified`.",
    "next": "The `cursor` of the next page, to be sent with the same filters; null on the last one.",
    "note": "What somebody says to it; empty for nothing, where none is needed.",
    "notes": "Why, in the words of whoever did it; may be empty.",
    "reason": "Why it was done, in the words of whoever did it; empty where nobody said.",
    "refused_by": "The code of the first check that refuses the certificate; null where it is earned.",
    "results": "The rows of this page, in the order of the list.",
    "revision": "The revision of the change request, the first being 1: another payload or moment is another one.",
    "sentences": "What differs, in plain English; none where nothing does.",
    "seq": "Its number in the audit: each event has that of the one before and 1.",
    "status": "The status of the certificate.",
    "title": "What it is about in a few words; may be empty.",
    "to_version": "The number of the version that became live by it; null where none did.",
    "type": "Of what the record is.",
    "username": "The learner's user name, letter for letter as the platform has it.",
}
"""Name of a field -> what it says, where its object says nothing else of it."""
