"""More of a recording that was transcribed before: who speaks when, a translation, or its text heard otherwise."""

import itertools
from dataclasses import asdict, replace

from transcription.jobs import Job, JobState
from transcription.service import Service
from transcription.task import TaskOptions
from transcription.view import View


async def submit_again(
    service: Service,
    done: View,
    options: TaskOptions,
    reply_to: str,
    *,
    language: str | None = None,
    model: str | None = None,
) -> Job:
    """Submit the recording of a job that is done once more, with other options, to be answered at `reply_to`.

    It is a job like any other, and its sender's: it waits in their turn, and can be cancelled. The same a second time
    gives the job that was there, unless that failed or was cancelled. `language` is a Whisper code in place of the one
    that it was submitted with. Another `model` than that of its text is told the language, or detects it where that is
    None. Raises like `Service.submit`.
    """
    assert done.transcript
    request = done.job.request
    name = f"{request.source.key}#{_name(options)}"
    if model:
        request, name = replace(request, language=language), f"{name}+model-{model}"
    if language not in {None, done.job.request.language}:
        request, name = replace(request, language=language), f"{name}+language-{language}"
    for attempt in itertools.count(1):
        source = replace(request.source, key=f"{name}#{attempt}", reply_to=reply_to)
        former = await service.find(source)
        if former is None or former.state not in {JobState.FAILED, JobState.CANCELLED}:
            break
    return await service.submit(
        replace(
            request,
            source=source,
            model=model or done.transcript.model,
            options=options,
            based_on=done.job.id,
            row_of=None,
        )
    )


async def better_model_of(service: Service, job: Job) -> str | None:
    """The model of a job that has a recording transcribed by another one than before; None of any other job."""
    former = await service.view(job.request.based_on) if job.request.replaces_text and job.request.based_on else None
    if former is None or former.transcript is None or former.transcript.model == job.request.model:
        return None
    return job.request.model


def _name(options: TaskOptions) -> str:
    """What tells these options from others, such as `speakers-2`."""
    given, defaults = asdict(options), asdict(TaskOptions())
    return "+".join(f"{name}-{value}" for name, value in given.items() if value != defaults[name])
