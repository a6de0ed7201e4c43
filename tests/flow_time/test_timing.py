"""Seconds of speech: the model, its rate, and what it is compared with."""

from __future__ import annotations

import pytest

from ivr.flow.timing import as_spoken, error_of, modelled, paced, prompts
from tests.flow.shipped import FLOWS, WORDS

# Measured: espeak-ng -v en-gb -s 150, digits of 999 and 111 one by one.
MEASURED = {
    "Thank you for calling Rose Clinic. If someone can't breathe, can't see, or has collapsed,"
    " hang up and call 999 now.": 9.4,
    "Press 1 if any is true now. It's hard to breathe. Throat swelling. Sight going. Speech slurred,"
    " or weak on one side. If none, press 2.": 11.2,
    "This could be an emergency. Hang up now and call 999. Say what treatment you had, and when."
    " Do not wait for us.": 9.3,
    "Is it getting worse, or are you very worried? Press 1 for yes, or 2 for no.": 5.6,
    "I can't reach a clinician yet. Please go to A and E now, or call 111.": 6.0,
}


def test_the_model_is_near_to_what_was_measured() -> None:
    error = error_of(modelled, MEASURED.__getitem__, MEASURED)
    assert error.mean < 0.09 and error.worst < 0.15
    assert error.text.startswith("Is it getting worse")


def test_nothing_takes_no_time_and_digits_take_words() -> None:
    assert modelled("") == modelled("  ") == 0.0
    assert modelled("Call 999.") == pytest.approx(modelled("Call nine nine nine."))
    assert modelled("Wait, please.") > modelled("Wait please.")
    assert modelled("Wait. Please.") > modelled("Wait please.")


def test_a_slower_voice_takes_longer() -> None:
    assert paced(modelled, 135)("Hello.") == pytest.approx(modelled("Hello.") * 150 / 135)
    assert paced(modelled, 150) is modelled
    with pytest.raises(ValueError, match="rate: 20 words a minute"):
        paced(modelled, 20)


def test_numbers_that_are_dialled_are_read_digit_by_digit() -> None:
    assert as_spoken("Call 999, at 12, for 30 days.") == "Call 9 9 9, at 12, for 30 days."


def test_nothing_measured_is_no_error() -> None:
    assert error_of(modelled, lambda text: 0.0, ["Hello."]).worst == 0.0


def test_each_text_of_each_step_has_its_seconds() -> None:
    found = prompts(FLOWS, WORDS, modelled)
    assert len(found) == sum(len(list(step.spoken())) for step in FLOWS.steps.values())
    greeting = next(prompt for prompt in found if prompt.step == "main.greeting")
    assert greeting.text.startswith("Thank you for calling Rose Clinic.")
    assert greeting.seconds == modelled(greeting.text)
    whispers = [prompt.text for prompt in found if prompt.field == "whisper"]
    assert whispers and not any("{" in text for text in whispers)
