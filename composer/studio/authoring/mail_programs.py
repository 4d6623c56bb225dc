"""Answers which mail programs there are, and what each of the readers' makes of the mail that is shown, by block.

::

    GET /api/publication/programs        {"names", "usual"}: all of them, and the shares of who says nothing
    GET /api/issues/{slug}/programs      {"digest", "is_own", "programs": [{"name", "share", "lost", "plainer"}]}

A program's ``lost`` is what harms the mail there, ``plainer`` all else that it does not understand, or in part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from composer.edition.clients import (
    BlockText,
    FeatureFinding,
    Support,
    block_text,
    client_support,
    harm_of,
    load_shares,
    losses_by_program,
)
from composer.errors import TemplateError
from composer.studio.asked import PreviewRequest, previews_of, read_request

routes = APIRouter(prefix="/api")

Asked = Annotated[PreviewRequest, Depends(read_request)]
"""What a request asks to see, as an argument of whoever answers in a room."""


class FeatureLoss(BaseModel):
    """A feature that a program does not understand, or in part, and the blocks that use it.

    ``words`` are those for its use, ``reason`` and ``advice`` are empty where it does no harm; ``notes`` are
    caniemail.com's. ``is_around`` says that it is used outside of all blocks, in the head or the frame.
    """

    title: str
    words: str
    support: Support
    reason: str
    advice: str
    notes: tuple[str, ...]
    blocks: tuple[int, ...]
    is_around: bool


class ProgramReport(BaseModel):
    """Says what one mail program makes of the mail; ``share`` is that of its readers, in per cent."""

    program: str
    name: str
    share: float
    lost: tuple[FeatureLoss, ...]
    plainer: tuple[FeatureLoss, ...]


class ProgramsReport(BaseModel):
    """All programs of the readers, that of most first. ``is_own``: the shares are the newsletter's, and no guess."""

    digest: str
    is_own: bool
    programs: tuple[ProgramReport, ...]


class KnownPrograms(BaseModel):
    """Names all programs by their keys; ``usual`` are the shares of a newsletter that says nothing, in per cent."""

    names: Mapping[str, str]
    usual: Mapping[str, float]


@routes.get("/publication/programs")
def _known(request: Request) -> KnownPrograms:
    return KnownPrograms(names=client_support().programs, usual=_shares(request, {}))


def _shares(request: Request, own: Mapping[str, float]) -> Mapping[str, float]:
    try:
        return load_shares(previews_of(request).project.templates, own=own)
    except TemplateError:
        return {}  # the checks tell what is wrong


@routes.get("/issues/{slug}/programs")
def _programs(asked: Asked, request: Request) -> ProgramsReport:
    newsletter = asked.preview.newsletter
    own = newsletter.clients if newsletter else {}
    edition = asked.edition
    mail = block_text(edition.html, edition.block_places)
    programs = []
    for losses in losses_by_program(mail.html, _shares(request, own)):
        harming = {found.feature.slug for found in losses.harming}
        plainer = [found for found in losses.findings if found.feature.slug not in harming]
        programs.append(
            ProgramReport(
                program=losses.program,
                name=losses.name,
                share=losses.share_percent,
                lost=_losses(losses.harming, mail),
                plainer=_losses(plainer, mail),
            )
        )
    return ProgramsReport(digest=edition.digest, is_own=bool(own), programs=tuple(programs))


def _losses(findings: Sequence[FeatureFinding], mail: BlockText) -> tuple[FeatureLoss, ...]:
    return tuple(_loss(found, mail) for found in findings)


def _loss(found: FeatureFinding, mail: BlockText) -> FeatureLoss:
    (answer,) = found.answers
    uses = [use for use in found.uses if harm_of(use)] if found.harm else found.uses
    blocks = {mail.block_at(use.offset): None for use in uses}
    return FeatureLoss(
        title=found.feature.title,
        words=found.first.words,
        support=answer.support,
        reason=found.harm.reason if found.harm else "",
        advice=found.harm.advice if found.harm else "",
        notes=answer.notes,
        blocks=tuple(block for block in blocks if block is not None),
        is_around=None in blocks,
    )
