"""What Whisper invents is left out, and speech that says the same stays."""

import time

import pytest

from transcription.asr.hallucinations import (
    HallucinationFilter,
    ScoredSegment,
    is_ambiguous,
    is_credit,
    without_credits,
)
from transcription.transcript import Segment

CREDITS = """
Субтитры сделал DimaTorzok
Субтитры создавал DimaTorzok.
Субтитры подогнал «Симон»!
Редактор субтитров А.Семкин Корректор А.Егорова
Редактор субтитров А. Синецкая Корректор В. Сухиашвили
Корректор А.Егорова
ДИНАМИЧНАЯ МУЗЫКА
Субтитрувальниця Оля Шор
Untertitel im Auftrag des ZDF
Untertitel im Auftrag des ZDF für funk, 2017
Untertitelung BR 2018
Untertitel der Amara.org-Community
Copyright WDR 2021
Sous-titres réalisés par la communauté d'Amara.org
Sous-titres réalisés para la communauté d’Amara.org
Sous-titrage ST' 501
Sous-titrage Société Radio-Canada
Subtítulos realizados por la comunidad de Amara.org
SUBTITULADO POR LA COMUNIDAD DE AMARA.ORG
Legendas pela comunidade Amara.org
Sottotitoli creati dalla comunità Amara.org
Sottotitoli e revisione a cura di QTSS
Ondertiteld door de Amara.org gemeenschap
Napisy stworzone przez społeczność Amara.org
Titulky vytvořil JohnyX.
Teksting av Nicolai Winther
Undertexter från Amara.org-gemenskapen
Altyazı M.K.
ترجمة نانسي قنقر
字幕由Amara.org社区提供
請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目
请不吝点赞 订阅 转发 打赏支持明镜与点点栏目
中文字幕志愿者 李宗盛
MBC 뉴스 김지경입니다.
Hãy subscribe cho kênh Ghiền Mì Gõ Để không bỏ lỡ những video hấp dẫn
Subtitles by the Amara.org community
Transcription by CastingWords
www.mooji.org
""".strip().splitlines()

PHRASES = """
Thank you for watching!
Thank you. Thank you. Bye.
Thank you all very much.
you
I'll see you next time.
Don't forget to like and subscribe!
Спасибо за просмотр!
Спасибо.
Продолжение следует...
Субтитры
Подписывайтесь на мой канал и ставьте лайки!
Музыка
Дякую за перегляд!
Vielen Dank fürs Zuschauen!
SWR 2020
Subtitles by Anna
Merci d'avoir regardé cette vidéo !
¡Gracias por ver el vídeo!
Obrigado por assistir
Grazie per la visione!
Bedankt voor het kijken.
Dziękuję za uwagę.
Děkuji za pozornost.
Takk for at du så på!
Tack för att ni tittade!
Kiitos, kun katsoit!
Köszönöm, hogy megnézted!
Nu uitați să dați like și subscribe
Σας ευχαριστώ που παρακολουθήσατε
İzlediğiniz için teşekkür ederim.
اشتركوا في القناة
شكراً على المشاهدة
תודה רבה על הצפייה
देखने के लिए धन्यवाद
謝謝觀看
谢谢大家的观看
ご視聴ありがとうございました。
チャンネル登録お願いします
시청해 주셔서 감사합니다.
구독과 좋아요 부탁드립니다
Cảm ơn các bạn đã theo dõi và hẹn gặp lại.
Terima kasih telah menonton!
ขอบคุณที่รับชม
""".strip().splitlines()

SPEECH = """
Субтитры сделал мой брат, а перевод я.
Субтитры на Amara.org делать удобнее.
Нам нужен редактор субтитров и корректор.
Громкая музыка играла у соседей.
Спасибо за просмотр моего отчёта, напиши, что думаешь.
И продолжение следует завтра.
We need the subtitles by Friday.
We made the subtitles with the Amara.org community last year.
Thank you for watching the kids tonight.
Ich mache Untertitel im Auftrag des ZDF.
Les sous-titres sont faits par la communauté d'Amara.org ou par nous ?
Altyazı yok.
字幕组还没有更新。
我们下周要订阅新的服务。
字幕は明日までに直します。
뉴스 봤어? MBC 뉴스에 우리 동네가 나왔어.
""".strip().splitlines()


def heard(
    text: str, *, logprob: float = -0.3, no_speech: float = 0.1, speech_ms: int = 2000, at_ms: int = 0
) -> ScoredSegment:
    return ScoredSegment(Segment(at_ms, at_ms + speech_ms, text), logprob, no_speech, speech_ms)


def filtered(*segments: ScoredSegment) -> list[Segment]:
    hallucinations = HallucinationFilter()
    return [certain for segment in segments for certain in hallucinations.push(segment)]


def said(*segments: ScoredSegment) -> list[str]:
    return [segment.text for segment in filtered(*segments)]


@pytest.mark.parametrize("text", CREDITS)
def test_credits_are_dropped_anywhere(text: str) -> None:
    """However sure Whisper is of a credit, it is left out, and the speech around it stays."""
    assert said(heard(text, logprob=-0.05, no_speech=0.0)) == []
    assert without_credits(f"Ну всё, целую. {text}") == "Ну всё, целую."
    assert said(heard("One."), heard(text), heard("Two.")) == ["One.", "Two."]


@pytest.mark.parametrize("text", PHRASES)
def test_phrases_are_dropped_where_nobody_can_have_said_them(text: str) -> None:
    """A phrase on its own or after the speech goes with weak evidence, and stays with good evidence."""
    weak = heard(text, no_speech=0.6)
    assert not is_credit(text)
    assert said(weak) == []
    assert said(heard("До завтра на работе."), weak, weak) == ["До завтра на работе."]
    assert said(heard(text)) == [text]


@pytest.mark.parametrize("text", SPEECH)
def test_speech_that_says_the_same_stays(text: str) -> None:
    """A sentence that only mentions credits or phrases is speech, be it ever so unclear."""
    assert not is_ambiguous(text)
    assert said(heard(text, logprob=-1.5, no_speech=0.9)) == [text]


@pytest.mark.parametrize(
    "signs", [{"logprob": -1.2}, {"no_speech": 0.6}, {"speech_ms": 200}, {"speech_ms": 20_000}, {"speech_ms": 0}]
)
def test_any_sign_is_weak_evidence(signs: dict[str, float]) -> None:
    """An unlikely text, a likely silence, and more letters or fewer than anyone says in the time."""
    assert heard("Thank you.", **signs).is_unlikely_speech
    assert not heard("Thank you.", speech_ms=700).is_unlikely_speech


def test_time_is_counted_in_letters_of_the_script() -> None:
    """A Chinese character takes as long as two letters."""
    assert heard("謝謝您的觀看", speech_ms=400).is_unlikely_speech
    assert not heard("謝謝您的觀看", speech_ms=700).is_unlikely_speech


def test_speech_after_a_weak_phrase_sets_it_free() -> None:
    """In the middle of a note it stays, in its place and with its times; only the tail is dropped."""
    weak = heard("Спасибо.", no_speech=0.6, at_ms=2000)
    assert said(heard("Привет."), weak, heard("Теперь о деле."), weak) == ["Привет.", "Спасибо.", "Теперь о деле."]
    assert filtered(weak, heard("Да.", at_ms=9000))[0] == weak.segment


def test_a_phrase_in_a_longer_segment_is_kept() -> None:
    """The evidence is of the whole segment, which says more than the phrase."""
    assert said(heard("Буду в семь. Спасибо.", no_speech=0.6)) == ["Буду в семь. Спасибо."]


def test_what_is_no_credit_is_kept_to_the_letter() -> None:
    """Initials, sites, ellipses and spaces come through."""
    text = "Звонил А. С.  Пушкин... Зайди на example.org, т.е. сегодня! 好。行吗？"
    assert without_credits(text) == text


def test_long_text_takes_no_time() -> None:
    """No pattern gets lost in a text of many repetitions."""
    start = time.perf_counter()
    for text in ("Bye bye " * 500, "музыка " * 20, "like and " * 14, "amara org " * 14, "." * 2000):
        assert said(heard(f"{text}x", no_speech=0.9))
    assert time.perf_counter() - start < 1
