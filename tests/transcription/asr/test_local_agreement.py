"""What of a growing text is final, and when."""

from transcription.asr.local_agreement import LocalAgreement, continuation, overlap, split_words


def said(agreement: LocalAgreement, *texts: str) -> list[str]:
    return ["".join(agreement.push(text)) for text in texts]


def test_words_of_two_successive_texts_are_final() -> None:
    """A word is final once the next text has it, too, and another word behind it."""
    agreement = LocalAgreement()
    assert said(agreement, "I want", "I went to the.", "I went to the store", "I went to the store and") == [
        "",
        "I",
        " went to the",
        " store",
    ]
    assert agreement.tentative == " and"
    assert agreement.finish("I went to the store and back.") == [" and", " back."]


def test_final_words_stay() -> None:
    """A later text that says otherwise, is shorter or repeats itself takes back nothing and says nothing twice."""
    agreement = LocalAgreement()
    said(agreement, "one two three four", "one two three four")
    assert said(agreement, "one too three", "One, two, three. Four", "one two") == ["", "", ""]
    assert agreement.finish("Once two three, four five") == [" four", " five"]


def test_a_word_in_dispute_holds_up_the_others_for_a_moment_only() -> None:
    """Once two words behind it agree, the newer spelling is taken."""
    agreement = LocalAgreement()
    assert said(agreement, "was istin on the floor", "was isten on the floor lies") == ["", "was isten on the floor"]


def test_a_stretch_that_is_cut_says_no_word_twice() -> None:
    """What was final behind the cut is the beginning of what follows."""
    agreement = LocalAgreement()
    said(agreement, "one two three four five", "one two three four five")
    words, rest = agreement.cut("One two.")
    assert (words, rest.push("three four five six")) == ([], [])
    assert rest.push("three four five six seven") == [" five", " six"]
    words, rest = LocalAgreement(["one"]).cut("one two")
    assert (words, rest.final) == ([" two"], [])


def test_unspaced_languages_agree_by_characters() -> None:
    """Chinese has no spaces to wait for."""
    assert split_words("今天, it's 好。") == ["今", "天,", " it's", " 好。"]
    assert said(LocalAgreement(), "今天天", "今天天气很") == ["", "今天天"]


def test_texts_join_as_their_language_writes() -> None:
    """A space goes between words, none before the first one or between characters."""
    assert (continuation("", [" One"]), continuation("One.", ["Two"]), continuation("今", ["天"])) == (
        "One",
        " Two",
        "天",
    )
    assert overlap(["a", "b", "c"], ["a", "x", "c", "d"]) == (3, 3)
