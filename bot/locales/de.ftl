# DURATION nimmt Sekunden, SIZE Megabyte; ORDINAL nennt die Pluralform einer Ordnungszahl.

unit-seconds = { $count } s
unit-minutes = { $count } min
unit-hours = { $count } h
unit-megabytes = { $count } MB
unit-gigabytes = { $count } GB

## Eine Aufnahme ist unterwegs

place = Platz { $position }
status-queued = { $eta ->
        [0] In der Warteschlange: { place }
       *[other] In der Warteschlange: { place }, etwa { DURATION($eta) }
    }
status-held-up = ⏳ Der Server für die Spracherkennung antwortet nicht. Die Aufnahme wartet, ich versuche es wieder.
status-no-worker = ⏳ Gerade ist kein Worker da. Die Aufnahme wartet auf einen.
status-fetching = { $mb ->
        [0] ⬇️ Lade vom Link herunter …
       *[other] ⬇️ Lade vom Link herunter: { SIZE($mb) }
    }
status-starting = 🎧 Ich höre zu …
status-running = { $eta ->
        [0] ✍️ { $percent } %
       *[other] ✍️ { $percent } %, noch etwa { DURATION($eta) }
    }
status-downloading-model = ⬇️ Lade das Modell herunter: { $percent } %
status-loading-model = 📦 Lade das Modell: { $percent } %
status-again = 🔁 Noch einmal mit { $model } …
status-draft = ✍️ Entwurf, wird noch verbessert …
row-waits = 🧵 Kommt zum Text darüber, sobald der da ist.
refined = ✨ Verbessert mit { $model }
part-pending = …
no-speech = 🤷 Hier ist keine Sprache zu hören.
cancelled = Abgebrochen.
stopped = ⏹ Hier angehalten.
cancel-button = Abbrechen
keep-draft-button = Entwurf behalten
text-rest = Weiterlesen
text-goes-on = 📄 Der ganze Text steht in der Datei darunter.
text-file-caption = Der ganze Text als Datei.

## Warum eine Aufnahme nicht zu Text wurde

error-unknown = Hier ist etwas schiefgegangen, und du kannst nichts dafür. Bitte versuche es noch einmal. Passiert es wieder, nenne dem Betreiber des Bots diese Nummer: { $incident }
error-not-audio = In dieser Datei finde ich keinen Ton, den ich lesen kann. Bitte sende sie als Sprachnachricht, MP3 oder M4A.
error-empty-audio = Diese Aufnahme ist leer. Bitte nimm sie noch einmal auf.
error-too-big = Diese Datei ist größer als { SIZE($limit_mb) }, mehr nehme ich nicht an. Bitte sende sie in Teilen oder als Sprachnachricht.
error-too-long = Das ist länger als { DURATION($limit_s) }, mehr nehme ich nicht an. Bitte sende es in Teilen.
error-decode-timeout = Diese Datei zu lesen dauerte zu lange. Bitte sende sie als Sprachnachricht oder MP3.
error-file-gone = Telegram hat diese Datei nicht mehr. Bitte sende sie noch einmal.
error-fetch-failed = Ich konnte diese Datei nicht von Telegram holen. Bitte sende sie in einer Minute noch einmal.
error-link-refused = Diesen Link öffne ich nicht. Ich hole Dateien nur von öffentlichen Seiten, und nur von einfachen Links mit http:// oder https://, ohne Port und Passwort.
error-link-denied = Die Seite gibt mir nicht, was hinter diesem Link ist (ihre Antwort: { $status }). Bitte prüfe den Link, oder sende mir die Datei selbst.
error-link-no-media = Hinter diesem Link ist eine Webseite, und eine Aufnahme konnte ich von ihr nicht bekommen. Bitte sende einen Link zur Audio- oder Videodatei, oder die Datei selbst.
error-link-changed = Hinter diesem Link ist jetzt eine andere Datei. Bitte sende den Link noch einmal.
error-link-failed = Ich konnte nicht holen, was hinter diesem Link ist: Die Seite antwortet nicht, ist zu langsam oder hat abgebrochen. Bitte versuche es später noch einmal.
error-transcriber-refused = Der Server für die Spracherkennung nimmt diese Aufnahme nicht an. Bitte sende sie als Sprachnachricht oder in Teilen.
error-transcriber-failed = Der Server für die Spracherkennung kam mit dieser Aufnahme trotz mehrerer Versuche nicht zurecht. Bitte sende sie später noch einmal.
error-transcriber-unavailable = Der Server für die Spracherkennung antwortet nicht. Bitte versuche es später noch einmal.
error-no-worker = Keiner der Worker hat das Modell { $model }. Bitte wähle ein anderes: /model.
error-queue-full = { $limit ->
        [one] Ich habe noch { $limit } Aufnahme von dir zu beantworten, mehr nehme ich von einer Person nicht an. Bis das erledigt ist, bleiben alle weiteren ohne Antwort: Bitte sende sie dann noch einmal, oder brich die wartende ab: /cancel.
       *[other] Ich habe noch { $limit } Aufnahmen von dir zu beantworten, mehr nehme ich von einer Person nicht an. Bis einige davon erledigt sind, bleiben alle weiteren ohne Antwort: Bitte sende sie dann noch einmal, oder brich die wartenden ab: /cancel.
    }
error-unknown-model = Das Modell { $model } kenne ich nicht. Bitte wähle eines mit /model.
error-model-unavailable = Das Modell { $model } ist auf diesem Rechner nicht vorhanden und lässt sich gerade nicht herunterladen. Versuche es später, oder wähle ein anderes mit /model.
error-engine-missing = { $model } braucht die Engine { $engine }, die auf diesem Rechner nicht installiert ist. Wer mich betreibt, kann sie hinzufügen: scripts/setup.sh { $engine }. Bitte wähle ein anderes Modell mit /model.
error-model-damaged = Das Modell { $model } ist auf diesem Rechner beschädigt: { $file }. Wer mich betreibt, kann seinen Ordner löschen, dann wird es neu heruntergeladen. Bitte wähle ein anderes mit /model.
error-model-too-big = { $what ->
        [disk] { $model } braucht { SIZE($need_mb) } auf der Festplatte, frei sind { SIZE($have_mb) }. Bitte wähle ein kleineres mit /model.
       *[memory] { $model } braucht { SIZE($need_mb) } Arbeitsspeicher, frei sind { SIZE($have_mb) }. Bitte wähle ein kleineres mit /model.
    }
error-no-translation = { $model } kann nicht ins Englische übersetzen. Bitte wähle mit /model eines, das es kann, etwa base oder small.
error-llm = { $reason ->
        [key] Der Server des Sprachmodells lehnt meinen Schlüssel ab. Das kann nur der Betreiber des Bots beheben.
        [model] Der Server hat kein solches Sprachmodell. Das kann nur der Betreiber des Bots beheben.
        [busy] { $seconds ->
            [0] Das Sprachmodell hat gerade zu viel zu tun. Bitte versuche es in ein paar Minuten noch einmal.
           *[other] Das Sprachmodell hat gerade zu viel zu tun. Bitte versuche es in { DURATION($seconds) } noch einmal.
        }
        [refused] Das Sprachmodell nimmt diesen Text nicht an.
        [timeout] Das Sprachmodell brauchte zu lange. Bitte versuche es später noch einmal.
        [broke-off] Das Sprachmodell hat mittendrin abgebrochen. Bitte versuche es noch einmal.
        [empty] Dem Sprachmodell fiel nichts ein. Bitte versuche es noch einmal.
        [garbled] Was der Server des Sprachmodells sagt, kann ich nicht lesen. Bitte sage es dem Betreiber des Bots.
       *[unavailable] Das Sprachmodell antwortet nicht. Bitte versuche es später noch einmal.
    }
error-given-up = { $tries ->
        [one] An dieser Aufnahme bin ich abgestürzt, darum versuche ich es nicht weiter. Bitte sende sie in einem anderen Format oder in Teilen.
       *[other] An dieser Aufnahme bin ich { $tries }-mal abgestürzt, darum versuche ich es nicht weiter. Bitte sende sie in einem anderen Format oder in Teilen.
    }
error-cancelled = Abgebrochen.
submit-failed = Ich konnte diese Aufnahme nicht vormerken, sie steht also nicht in der Warteschlange. Bitte sende sie noch einmal. Passiert es wieder, nenne dem Betreiber des Bots diese Nummer: { $incident }

## Abbrechen

cancel-done = { $count ->
        [0] Es gibt nichts abzubrechen.
        [one] { $count } Aufnahme abgebrochen.
       *[other] { $count } Aufnahmen abgebrochen.
    }
cancel-toast = Abgebrochen.
keep-draft-toast = Der Entwurf bleibt.
cancel-ended = Diese ist schon fertig.
cancel-not-yours = Diese kann nur abbrechen, wer sie gesendet hat, oder ein Admin des Chats.
cancel-no-note = Diese Nachricht ist keine meiner Aufnahmen. Antworte auf eine Aufnahme oder auf meine Antwort, oder sende nur /cancel.

## /start, /help, /privacy

start = Hallo! Sende oder leite mir eine Sprachnachricht, ein Video oder eine Audiodatei weiter, und ich antworte mit dem Text.

    { $place ->
       *[here] Alles geschieht auf dem Rechner dieses Bots: Nichts geht an einen Dienst für Spracherkennung.
        [elsewhere] Zu Text wird es auf einem Server, den der Betreiber des Bots gewählt hat: Aufnahmen werden dorthin gesendet.
    } Mehr dazu: /help.
help = Sende oder leite mir eine Sprachnachricht, Videonachricht, Audio oder Video weiter, und ich antworte mit dem Text. In einer Gruppe antworte ich auf jede Sprachnachricht, die ich sehe, oder nur auf Wunsch: dort /mode.

    /model – wie genau und wie schnell
    /language – welche Sprache gesprochen wird
    /words – Namen und Fachwörter richtig schreiben
    /speakers – wer spricht
    /unsure – unsichere Wörter unterstreichen
    /find – deine Texte durchsuchen
    /history – alle deine Texte
    /export – alle deine Texte als Zip
    /join – als Antwort: Aufnahmen in Folge als ein Text
    /settings – all das an einem Ort, und mehr
    /cancel – deine Aufnahmen in diesem Chat anhalten; als Antwort: nur diese
    /stats – wie viel ich für dich aufgeschrieben habe
    /forget – alles löschen, was ich von dir aufbewahre
    /privacy – was ich aufbewahre
help-links = Auch ein Link zu einer Audio- oder Videodatei geht; in einer Gruppe antworte darauf mit /text, oder erwähne mich daneben.
group-deaf = ⚠️ In dieser Gruppe sehe ich nur Befehle. Mach mich hier zum Admin, dann höre ich ihre Sprachnachrichten; oder der Betreiber des Bots schaltet Group Privacy in @BotFather aus und fügt mich neu hinzu.
privacy = { $place ->
       *[here] Aufnahmen werden auf dem Rechner dieses Bots zu Text, ohne einen Dienst für Spracherkennung. Eine Aufnahme wird gelöscht, sobald sie Text ist, spätestens eine Minute danach.
        [elsewhere] Aufnahmen werden an einen Server gesendet, den der Betreiber des Bots gewählt hat, und werden dort zu Text; was er aufbewahrt, weiß sein Betreiber. Hier wird eine Aufnahme gelöscht, sobald sie Text ist.
    } { $days ->
        [0] Der Text wird aufbewahrt, bis er zugestellt ist.
        [one] Der Text wird { $days } Tag aufbewahrt, damit du ihn wiederfindest (/find) und dieselbe Aufnahme nicht zweimal gehört werden muss.
       *[other] Der Text wird { $days } Tage aufbewahrt, damit du ihn wiederfindest (/find) und dieselbe Aufnahme nicht zweimal gehört werden muss.
    } Was gesagt wird, steht nie im Protokoll.{ $llm ->
        [none] {""}
        [here] {" "}Kurzfassung, Reinschrift und Aufgaben macht ein Sprachmodell auf diesem Rechner; sie werden so lange aufbewahrt wie der Text.
       *[there] {" "}Kurzfassung, Reinschrift und Aufgaben macht ein Sprachmodell bei { $host }, also nicht auf diesem Rechner: Der Text wird dorthin gesendet, wenn du einen solchen Knopf drückst, und vor dem ersten Mal wird der Chat gefragt. Was dort aufbewahrt wird, weiß dessen Betreiber; hier wird es so lange aufbewahrt wie der Text.
    }

    In einer Gruppe, in der ich nur auf Wunsch antworte, merke ich mir eine Woche lang, wo ihre Sprachnachrichten zu holen sind, ungehört.

    Von einer gelöschten Aufnahme bleibt, wie lang sie war und wie schnell sie fertig wurde, ohne zu wem sie gehörte, und für heute, wie viele Minuten du hattest.

    Von einem Business-Konto merke ich mir, wohin seine Texte gehen, bis ich getrennt werde, und nehme einen Text zurück, wenn seine Sprachnachricht gelöscht wird.

    Wörter aus /words werden aufbewahrt, bis sie gelöscht werden, und bei jeder Aufnahme so lange wie ihr Text.

    /forget löscht sofort alles von dir. Was in Chats schon gesagt wurde, bleibt dort, wie jede Nachricht.

privacy-links = Was hinter einem Link ist, holt der Rechner dieses Bots, und die Seite sieht dessen Adresse.
link-first-only = Ich habe den ersten Link dieser Nachricht genommen. Bitte sende die anderen einzeln.

## /mode und /text, in Gruppen

mode-ask = Hallo! Ich mache Sprachnachrichten zu Text. Welche in dieser Gruppe? Das wählt ein Admin, jetzt oder später mit /mode; bis dahin antworte ich auf jede.
mode-title = Welche Sprachnachrichten dieser Gruppe sollen zu Text werden? { $mode ->
        [asked] Zurzeit: nur auf Wunsch. Dazu antworte mit /text auf eine Sprachnachricht, erwähne mich in einer Antwort darauf oder reagiere auf sie.
        [private] Zurzeit: nur auf Wunsch, und nur für die Person sichtbar, die es wünscht. Dazu antworte mit /text auf eine Sprachnachricht, erwähne mich in einer Antwort darauf oder reagiere auf sie.
        [off] Zurzeit: keine.
       *[all] Zurzeit: alle.
    }
mode-all-button = Alle
mode-asked-button = Auf Wunsch
mode-private-button = Auf Wunsch, nur für diese Person
mode-off-button = Keine
mode-chosen = { $mode ->
        [asked] ✅ Ich bleibe still, bis jemand fragt: Antworte mit /text auf eine Sprachnachricht, erwähne mich in einer Antwort darauf oder reagiere auf sie.
        [private] ✅ Ich bleibe still, bis jemand fragt: Antworte mit /text auf eine Sprachnachricht, erwähne mich in einer Antwort darauf oder reagiere auf sie. Den Text sieht dann nur, wer gefragt hat. Wo Telegram das nicht kann oder der Text lang ist, sende ich ihn in unseren privaten Chat: Starte mich dort zuerst. Telegram verspricht nicht, dass er ankommt; wenn nicht, frage noch einmal.
        [off] ✅ In dieser Gruppe wird nichts mehr zu Text. Ändern: /mode
       *[all] ✅ Ich antworte auf jede Sprachnachricht in dieser Gruppe.
    }
mode-blind = ⚠️ Reaktionen zeigt Telegram nur Admins. Mach mich zum Admin, dann sehe ich sie; /text und Erwähnungen gehen auch so.
channel-mode-title = Wohin soll der Text der Sprachnachrichten dieses Kanals? { $mode ->
        [comments] Zurzeit: in die Kommentare, in der Diskussionsgruppe.
        [post] Zurzeit: unter den Beitrag.
        [off] Zurzeit: nirgendwohin.
       *[none] Noch hat niemand gewählt: Hier schreibe ich nichts, und die Diskussionsgruppe entscheidet selbst.
    } Für Kommentare muss ich in der Diskussionsgruppe sein, für Texte unter Beiträgen brauche ich das Recht zu schreiben.
channel-mode-comments-button = In die Kommentare
channel-mode-post-button = Unter den Beitrag
channel-mode-off-button = Nirgendwohin
channel-mode-chosen = { $mode ->
        [comments] ✅ Der Text jeder Sprachnachricht kommt in die Kommentare. Ich muss in der Diskussionsgruppe sein.
        [off] ✅ Sprachnachrichten dieses Kanals bleiben ohne Text, hier und in der Diskussionsgruppe.
       *[post] ✅ Der Text jeder Sprachnachricht kommt unter ihren Beitrag und nicht in die Kommentare.
    }
mode-not-hidden = ⚠️ Nur Admins dürfen in Telegram etwas einer einzelnen Person zeigen. Bis ich hier Admin bin, kommen alle Texte in private Chats.
mode-groups-only = Das ist für Gruppen: Hier antworte ich auf jede Aufnahme.
text-anonymous = Den Text kann ich nur einer Person zeigen. Bitte frage unter deinem eigenen Namen.
private-sent = ✅ Der Text ist in unserem privaten Chat.
private-no-chat = Ich konnte den Text nicht der Person zeigen, die gefragt hat, und habe keinen privaten Chat mit ihr. Bitte drücke Start in einem Chat mit mir, dann frage noch einmal.
private-lead = { $place ->
        [link] Nur für dich, der Text von { $link }
       *[group] Nur für dich, der Text, um den du in einer Gruppe gebeten hast:
    }
text-no-note = Antworte mit /text auf eine Sprachnachricht, ein Video oder eine Audiodatei, und ich schreibe, was darin gesagt wird.
text-known = 👆 Hier ist der Text.

## /business

business-title = Wohin soll der Text der Sprachnachrichten in den Chats deines Business-Kontos? { $mode ->
        [owner] Zurzeit: nur zu dir, in diesen Chat. Was du selbst sagst, bleibt ohne Text.
        [off] Zurzeit: nirgendwohin.
       *[chat] Zurzeit: in den Chat selbst, in deinem Namen, also liest die andere Seite ihn auch.
    }
business-how = So verbindest du mich: Einstellungen von Telegram, Business, Chatbots. Trennen geht ebenso; dann vergesse ich, was hier gewählt ist.
business-owner-button = Nur zu mir
business-chat-button = In den Chat
business-off-button = Nirgendwohin
business-chosen = { $mode ->
        [owner] ✅ Der Text jeder Sprachnachricht, die du bekommst, kommt hierher, und niemand sonst sieht ihn.
        [off] ✅ Sprachnachrichten in deinen Business-Chats bleiben ohne Text.
       *[chat] ✅ Der Text jeder Sprachnachricht kommt in ihren Chat, in deinem Namen.
    } Ändern: /business
business-no-right = ⚠️ In deinen Chats darf ich nicht schreiben, also kommen die Texte vorerst hierher. Erlaube Antworten in den Einstellungen von Telegram, Business, Chatbots, um das zu ändern.

## /model

model-title = Welches Modell soll in diesem Chat zuhören? Je größer, desto genauer und langsamer. Die Größe ist die auf der Festplatte, dann die im Arbeitsspeicher; ⬇️ muss erst heruntergeladen werden.
model-title-english = Diese verstehen nur Englisch, das aber etwas besser oder schneller.
model-line = { $name }{ $languages ->
        [0] {""}
        [1] {" "}({ $only })
        [one] {" "}({ $languages } Sprache)
       *[other] {" "}({ $languages } Sprachen)
    }: { SIZE($disk_mb) }, { SIZE($memory_mb) }; 1 min ≈ { DURATION($seconds) }{ $measured ->
        [yes] {""}
       *[no] {" "}(geschätzt)
    }{ $here ->
        [yes] {""}
       *[no] {" "}⬇️
    }
model-line-best = auto: für jede Sprache das beste Modell hier, für die übrigen { $name }.
model-best-button = Das beste je Sprache
model-title-workers = Welches Modell soll in diesem Chat zuhören? Je größer, desto genauer und langsamer. Das sind die der Worker, die gerade da sind.
model-line-workers = { $name }: { $workers ->
        [one] { $workers } Worker
       *[other] { $workers } Worker
    }; 1 min ≈ { DURATION($seconds) }{ $measured ->
        [yes] {""}
       *[no] {" "}(geschätzt)
    }
model-gone = ⚠️ Das hier gewählte Modell { $name } hat keiner von ihnen. Bitte wähle eines von diesen.
model-no-worker = ⏳ Gerade ist kein Worker da, also gibt es kein Modell zu wählen. Hier bleibt { $name } gewählt, und Aufnahmen warten auf einen Worker.
model-english-button = Nur Englisch …
model-all-button = ← Alle Sprachen
model-current = { $name } ist es schon.
model-busy = { $name } wird gerade vorbereitet. Einen Moment bitte.
model-preparing = { $name } wird vorbereitet …
model-downloading = ⬇️ Lade { $name } herunter: { $percent } %
model-loading = 📦 Lade { $name }: { $percent } %
model-chosen = ✅ Ab jetzt hört { $name } zu. Aufnahmen in der Warteschlange behalten ihr Modell.
model-chosen-best = ✅ Ab jetzt hört für jede Sprache das beste Modell zu, für die übrigen { $name }. Aufnahmen in der Warteschlange behalten ihr Modell.
model-chosen-only = ✅ Ab jetzt hört { $name } zu, das nur eine Sprache versteht: { $language }. Aufnahmen in der Warteschlange behalten ihr Modell.
model-chosen-without = ✅ Ab jetzt hört { $name } zu. Die Sprache dieses Chats ({ $language }) versteht es nicht und wird solche Aufnahmen für eine andere Sprache halten. Aufnahmen in der Warteschlange behalten ihr Modell.

## /language

language-title = Welche Sprache wird hier gesprochen? Zurzeit: { $language }. Du kannst sie auch schreiben: /language englisch
language-auto = wird erkannt
language-auto-button = Erkennen
language-chosen = ✅ Die Sprache dieses Chats: { $language }.
language-chosen-auto = ✅ Ich erkenne die Sprache jeder Aufnahme.
language-unknown = Eine Sprache „{ $text }“ kenne ich nicht. /language zeigt die Liste.
language-found = Welche davon?
language-not-of-model = { $languages ->
        [1] Das Modell { $model } versteht nur eine Sprache: { $only }.
       *[other] Die Sprache { $language } versteht das Modell { $model } nicht.
    } Bitte wähle zuerst ein anderes mit /model.

## /words

words-none = Welche Namen und Fachwörter kommen in den Aufnahmen dieses Chats vor? Schreibe sie, dann werden sie eher richtig geschrieben: /words Kubernetes, Grafana, Marja
words-now = Namen und Fachwörter dieses Chats: „{ $words }“

    Ersetzen: /words und die neuen. Löschen: /words -
words-clear-button = Löschen
words-chosen = ✅ Namen und Fachwörter dieses Chats ab jetzt: „{ $words }“
words-unused = { $model } nutzt sie nicht. Die Modelle von Whisper tun es, etwa base: /model
words-cleared = ✅ Dieser Chat hat jetzt keine eigenen Namen und Fachwörter.
words-too-long = Das sind { $length } Zeichen, und ich kann höchstens { $limit } behalten: Bitte sende nur die Wörter, die falsch geschrieben werden.

## Unter einem Text, und wer darin spricht

text-file-button = Datei
text-speakers-button = Sprecher
text-offer-button = Wer sagt was?
text-names-button = Namen
text-translate-button = Auf Englisch
text-times-button = Zeiten
text-paragraphs-button = Absätze
text-fillers-button = „Äh“
text-language-button = Falsche Sprache?
text-better-button = Genauer
better-none = Ein genaueres Modell ist dafür nicht hier. /model zeigt, welche sich herunterladen lassen.
text-delete-button = Löschen
text-delete-yes-button = Diesen Text löschen
text-deleted = Gelöscht.
text-gone = Diesen Text bewahre ich nicht mehr auf. Bitte sende die Aufnahme noch einmal.
text-not-yours = Diese Knöpfe sind für die Person, die sie gesendet hat, und für Admins des Chats.
speaker = Stimme { $number }
speaker-unknown = Jemand
speakers-one = Hier höre ich nur eine Stimme.
translate-known = Es ist schon übersetzt: Sieh unter dem Text nach.
translate-unavailable = Das Modell, das dies gehört hat, kann nicht übersetzen.
names-ask = Wer ist wer? Antworte mit den Namen in der Reihenfolge der Stimmen: Anna, Boris. Oder mit einem davon: 2 = Boris
names-example = Anna, Boris
on-button = An
off-button = Aus
speakers-title = Sollen die Texte dieses Chats sagen, wer spricht? { $count ->
        [off] Zurzeit nicht.
        [on] Zurzeit ja, und ich finde selbst heraus, wie viele es sind.
        [one] Zurzeit ja, bei { $count } Person.
       *[other] Zurzeit ja, bei { $count } Personen.
    } Das dauert etwas länger. Eine Zahl sagt, wie viele Personen es sind: /speakers 2

    Auch ohne das findet es der Knopf unter einem längeren Text heraus.
speakers-chosen = { $count ->
        [off] ✅ Neue Texte sagen nicht, wer spricht. Der Knopf unter einem längeren Text findet es weiterhin heraus.
        [on] ✅ Neue Texte sagen, wer spricht, wo es mehrere sind.
        [one] ✅ Neue Texte sagen, wer spricht: { $count } Person.
       *[other] ✅ Neue Texte sagen, wer spricht: { $count } Personen.
    }
unsure-title = Soll ich Wörter unterstreichen, bei denen ich unsicher bin? { $state ->
        [on] Zurzeit ja.
       *[off] Zurzeit nicht.
    }
unsure-chosen = { $state ->
        [on] ✅ In neuen Texten unterstreiche ich Wörter, bei denen ich unsicher bin.
       *[off] ✅ Ich unterstreiche nichts.
    }

## Kurzfassung, Reinschrift und Aufgaben, durch ein Sprachmodell

llm-summary-button = Kurzfassung
llm-tidy-button = Reinschrift
llm-todo-button = Aufgaben
llm-title = { $kind ->
        [summary] 📝 Kurzfassung
        [tidy] ✨ Reinschrift
       *[todo] ☑️ Aufgaben
    } · { $model }
llm-writing = { $kind ->
        [summary] ✍️ Ich fasse zusammen …
        [tidy] ✍️ Ich schreibe ins Reine …
       *[todo] ✍️ Ich suche Aufgaben …
    }{ $parts ->
        [1] {""}
       *[other] {" "}{ $part } von { $parts }
    }
llm-leave = ⚠️ Dafür würde der Text diesen Rechner verlassen: Das Sprachmodell ist bei { $host }. Was dort aufbewahrt wird, weiß dessen Betreiber. Die Aufnahme wird nicht gesendet.

    Darf ich diesen Text dorthin senden, und von jetzt an jeden Text dieses Chats, unter dem ein solcher Knopf gedrückt wird?
llm-send-button = Ja, senden
llm-keep-button = Nein
llm-kept = Es wurde nichts gesendet.
llm-share = ⚠️ Hier geht es nur um die ersten { $percent } %: Der ganze Text ist mehr, als das Modell aufnimmt.
llm-cut = ⚠️ Hier hört es auf, weil das Modell zu viel schrieb oder abbrach.
llm-running = Daran wird schon geschrieben.
llm-off = Hier gibt es kein Sprachmodell mehr.

## Die eigenen Texte: /find, /history, /export

texts-title = { DATETIME($at, dateStyle: "medium", timeStyle: "short") } · { DURATION($seconds) }
texts-count = { $count ->
        [one] { $count } Text
       *[other] { $count } Texte
    }
texts-not-yours = Das sind die Texte einer anderen Person. Deine eigenen: /history
texts-not-kept = Hier bewahre ich keine Texte auf: Der Betreiber lässt sie löschen, sobald sie zugestellt sind.
find-ask = Wonach soll ich suchen? Schreibe die Wörter hinter den Befehl: /find neue Wohnung. Andere Formen eines Wortes finde ich auch; Wohn* findet alles, was so beginnt.
find-nothing = Hier finde ich keinen Text von dir mit „{ $words }“.
history-nothing = Von hier bewahre ich keinen Text von dir auf.
export-begun = { $count ->
        [one] Ich packe { $count } Text …
       *[other] Ich packe { $count } Texte …
    }
export-private = Deine Texte können auch aus anderen Chats sein: Bitte schreibe mir /export im privaten Chat.
export-soon = Ich packe deine Texte höchstens einmal in { DURATION($seconds) }. Bitte frage später noch einmal.
export-failed = Telegram hat das Archiv nicht angenommen. Bitte frage später noch einmal.
guest-no-note = Antworte mit meinem Namen auf eine Sprachnachricht, ein Video oder eine Audiodatei, und ich schreibe hier, was darin gesagt wird. Hast du das getan, hat Telegram sie mir nicht gezeigt: Bitte leite sie mir privat weiter.
guest-goes-on = 📄 Das ist der Anfang. Für den ganzen Text leite mir die Aufnahme privat weiter.
help-business = /business – wohin Texte aus den Chats deines Business-Kontos gehen
help-guest = In jedem Chat, auch wo ich kein Mitglied bin: Antworte mit { $name } auf eine Sprachnachricht, und ich antworte dort, für alle sichtbar.
inline-nothing = Kein Text von dir. Sende mir eine Sprachnachricht

## /join

join-title = { $count ->
        [one] { $count } Aufnahme
       *[other] { $count } Aufnahmen in Folge
    }
join-ask = Antworte mit /join auf die erste von mehreren Aufnahmen in Folge: Ich mache einen Text daraus. Die Folge endet mit der Aufnahme einer anderen Person oder einer Pause von zehn Minuten.
join-not-yours = Diese Aufnahmen kann nur verbinden, wer sie gesendet hat, oder ein Admin des Chats.
join-alone = Nach dieser gibt es keinen Text, der dazugehört: Die Folge endet mit der Aufnahme einer anderen Person oder einer Pause von zehn Minuten.
join-waiting = { $count ->
        [one] { $count } Aufnahme dieser Folge ist noch kein Text. Bitte frage noch einmal, wenn sie es ist.
       *[other] { $count } Aufnahmen dieser Folge sind noch kein Text. Bitte frage noch einmal, wenn sie es sind.
    }

## /settings

settings-title = ⚙️ Einstellungen dieses Chats, für neue Texte. Ein Tippen ändert sie sofort.

    Gesprochene Sprache: { $language }
    Modell: { $model }
    Wer spricht: { $speakers }
    Datei zu einem langen Text: { $file }{ $keeps ->
        [yes] {"\u000A"}Aufnahmen in Folge werden ein Text: { $join }
       *[no] {""}
    }
    { $long_texts ->
        [rich] Ein langer Text: eine Nachricht, die beim Antippen aufklappt. Wo Telegram das nicht annimmt, gefaltet.
        [split] Ein langer Text: ganz, in so vielen Nachrichten wie nötig.
       *[folded] Ein langer Text: klappt beim Antippen auf; ein sehr langer ist sein Anfang und eine Datei.
    }

    { $paragraphs ->
        [on] ✓ Texte haben Absätze.
       *[off] – Texte sind ein Block.
    }
    { $show_times ->
        [on] ✓ Jeder Satz hat seine Zeit.
       *[off] – Sätze haben keine Zeiten.
    }
    { $mark_unsure ->
        [on] ✓ Unsichere Wörter sind unterstrichen.
       *[off] – Unsichere Wörter sind nicht markiert.
    }
    { $omit_fillers ->
        [on] ✓ „Äh“ und Ähnliches wird weggelassen.
       *[off] – „Äh“ und Ähnliches bleibt.
    }
    { $quiet ->
        [on] ✓ Leise: Während ich zuhöre, steht nur 👀 an der Aufnahme, dann kommt der Text, ohne Ton. /cancel hält sie an.
       *[off] – Bis ein Text da ist, siehst du, wie weit ich bin.
    }
    { $tidy ->
        [on] ✓ Was ich zu einer Aufnahme sage, aus der kein Text wurde („Keine Sprache“, „Abgebrochen“, ein Fehler), wird nach einer Minute gelöscht. Texte bleiben.
       *[off] – „Keine Sprache“, „Abgebrochen“ und Fehler bleiben.
    }
    { $drafts ->
        [quiet] – Live getippt wird nicht, solange es leise ist.
        [on] ✓ Ein Text entsteht vor deinen Augen; Stopp behält, was da ist, /cancel verwirft es. In privaten Chats, wo Telegram es zeigt.
       *[off] – Ein Text, der entsteht, kommt alle paar Sekunden in einer eigenen Nachricht.
    }
settings-language-button = Sprache
settings-model-button = Modell
settings-speakers-button = Sprecher
settings-file-format-button = Datei
settings-long-texts-button = Lange Texte
settings-join-s-button = Verbinden
settings-paragraphs-button = Absätze
settings-show-times-button = Zeiten
settings-mark-unsure-button = Unsichere Wörter
settings-omit-fillers-button = Ohne „äh“
settings-quiet-button = Leise
settings-tidy-button = Aufräumen
settings-drafts-button = Live tippen
settings-back-button = ⚙️ Einstellungen
settings-detect = erkennen
settings-best = das beste je Sprache
settings-speakers = { $count ->
        [off] nicht sagen
        [on] herausfinden
       *[other] { $count }
    }
settings-join = { $seconds ->
        [0] nein
       *[other] Pause bis { DURATION($seconds) }
    }
settings-long-texts = { $choice ->
        [rich] eine Nachricht
        [split] mehrere Nachrichten
       *[folded] gefaltet
    }
settings-ask-long-texts = Wie soll ein Text kommen, der länger ist als ein Bildschirm?

    • Gefaltet: Er klappt beim Antippen auf. Von einem, der mehr als drei Nachrichten braucht, kommt der Anfang, und das Ganze als Datei. Das zeigt jede App.
    • Eine Nachricht: Was mehrere Nachrichten braucht, kommt in einer, bis zu 32.768 Zeichen, und klappt beim Antippen auf. Apps, die seit Juni 2026 nicht aktualisiert wurden, zeigen sie nicht; dann wähle etwas anderes.
    • Mehrere Nachrichten: der ganze Text, ungefaltet.
settings-ask-language = Welche Sprache wird in diesem Chat gesprochen? Hier sind die, die sein Modell versteht.
settings-ask-speakers = Sollen Texte sagen, wer spricht? Das dauert etwas länger; genauer ist es, wenn du weißt, wie viele Personen es sind.
settings-ask-file-format = Als was soll ein langer Text noch kommen? Andere Formate bleiben beim Knopf unter einem Text.
settings-ask-join-s = Sollen Aufnahmen, die du nacheinander sendest, ein Text werden? Der erste Text wächst dann mit jeder weiteren, wenn keine von jemand anderem dazwischenkommt. Die Zeit, in der du sprichst, ist keine Pause.

## /forget

forget-ask = Alle deine Aufnahmen und Texte löschen, die ich hier und in anderen Chats aufbewahre, dazu Modell, Sprache und Wörter unseres privaten Chats? Wartende Aufnahmen werden angehalten.
forget-yes-button = Löschen
forget-no-button = Behalten
forget-done = { $count ->
        [0] Jetzt bewahre ich nichts von dir auf.
        [one] { $count } Aufnahme gelöscht.
       *[other] { $count } Aufnahmen gelöscht.
    }
forget-kept = Behalten.
forget-not-yours = Das kann nur beantworten, wer gefragt hat.

## Wer den Bot benutzen darf

access-ask-button = Um Zugang bitten
access-asked = Deine Bitte ist beim Betreiber des Bots. Die Antwort bekommst du hier von mir.
access-not-asked = Ich konnte deine Bitte nicht weitergeben. Bitte wende dich selbst an den Betreiber des Bots.
access-allowed = ✅ Du kannst diesen Bot jetzt benutzen. Sende mir eine Sprachnachricht, und ich antworte mit dem Text.
access-declined = Der Betreiber des Bots hat dir keinen Zugang gegeben.
access-request = { $name }, ID { $id }, bittet um Zugang zu diesem Bot.
access-requests = Weitere Personen bitten um Zugang. /users zeigt alle.
access-allow-button = Erlauben
access-refuse-button = Ablehnen
access-ban-button = Sperren
access-decided = { $state ->
        [allowed] ✅ Erlaubt.
        [banned] 🚫 Gesperrt.
        [refused] ✖️ Abgelehnt.
       *[other] Wartet nicht mehr.
    }
invited = ✅ Willkommen! Sende mir eine Sprachnachricht, und ich antworte mit dem Text. Mehr dazu: /help.
invited-already = Du kannst diesen Bot schon benutzen. Sende mir eine Sprachnachricht.
invitation-void = Diese Einladung gilt nicht mehr: Sie ist verbraucht, abgelaufen oder zurückgezogen. Bitte lass dir eine neue geben.
invite = 🔗 Wer diesen Link öffnet, darf den Bot benutzen:
    { $link }

    Er gilt für { $uses ->
        [one] { $uses } Person
       *[other] { $uses } Personen
    } und { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    }.
invite-uses = { $uses ->
        [one] { $uses } Person
       *[other] { $uses } Personen
    }
invite-days = { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    }
invite-withdraw-button = Zurückziehen
invite-withdrawn = Zurückgezogen: Der Link lässt niemanden mehr herein.
invite-gone = Diese Einladung ist abgelaufen oder zurückgezogen. /invite macht eine neue.
invite-open = Jeder darf diesen Bot benutzen, niemand braucht eine Einladung. Um nur die hereinzulassen, die du wählst, setze INVITE_ONLY=on und starte den Bot neu.
users-title = { $count ->
        [0] Noch hat niemand diesen Bot benutzt.
        [one] 👥 { $count } Person
       *[other] 👥 { $count } Personen
    }{ $pages ->
        [0] {""}
        [1] {""}
       *[other] , Seite { $page } von { $pages }
    }{ $closed ->
        [yes] {""}
       *[no] {" "}(jeder darf den Bot benutzen)
    }
users-line = { $state ->
        [asking] ❓
        [banned] 🚫
        [refused] ✖️
       *[other] 👤
    } { $name }{ $minutes ->
        [0] {""}
       *[other] {" "}· heute { $minutes } min
    }
users-back-button = ← Alle Personen
user-card = { $name }
    ID { $id }

    { $state ->
        [admin] ⭐ Admin, durch ADMIN_USERS
        [settings] ✅ Erlaubt, durch ALLOWED_USERS
        [allowed] ✅ Erlaubt
        [banned] 🚫 Gesperrt
        [refused] ✖️ Abgelehnt
        [asking] ❓ Bittet um Zugang
        [open] ✅ Erlaubt, wie allen
       *[none] Nicht erlaubt
    }
    Heute: { $used } min { $limit ->
        [0] ohne Grenze
       *[other] von { $limit }
    }

    Minuten am Tag:
minutes-button = { $minutes ->
        [0] ∞
       *[other] { $minutes }
    }
error-minutes-used-up = { $left ->
        [0] Deine { $limit } Minuten für heute sind verbraucht. Bitte sende dies morgen noch einmal.
       *[other] Von deinen { $limit } Minuten für heute sind { $left } übrig, und dies ist länger. Bitte sende etwas Kürzeres, oder dies morgen.
    }
ban-usage = Wen? Antworte mit /ban auf eine Nachricht, oder schreibe die ID: /ban 123456789. /users zeigt alle und hebt Sperren auf.
ban-admin = Admins lassen sich nicht sperren. Sie stehen in ADMIN_USERS.
ban-done = 🚫 { $name } ist gesperrt: Ich antworte nicht mehr. /users hebt es auf.
owner-only = Das ist nur für den Betreiber des Bots.
owner-in-private = Bitte sende mir das in unserem privaten Chat.

## /stats

stats-title = 📊 { $own ->
        [yes] Deine Aufnahmen,
       *[no] Alle Aufnahmen,
    } { $period ->
        [hour] letzte { $count } Stunden
        [week] letzte { $count } Wochen
       *[day] letzte { $count } Tage
    }
stats-notes = { $notes ->
        [0] Keine Aufnahme wurde zu Text.
        [one] { $notes } Aufnahme, { DURATION($audio_s) }
       *[other] { $notes } Aufnahmen, { DURATION($audio_s) }
    }
stats-people = { $people ->
        [one] { $people } Person
       *[other] { $people } Personen
    }
stats-wait = Warten auf einen Text: im Median { DURATION($median_s) }, 95 % in höchstens { DURATION($p95_s) }
stats-speed = RTF: { $speeds }
stats-failures = { $count ->
        [one] { $count } Fehlschlag
       *[other] { $count } Fehlschläge
    }: { $kinds }
stats-chart = Minuten an Aufnahmen je { $period ->
        [hour] Stunde
        [week] Woche
       *[day] Tag
    }
stats-button = { $period ->
        [hour] Stunden
        [week] Wochen
       *[day] Tage
    }

stats-weekly-button = { $state ->
        [on] 🔔 Wochenbericht: an
       *[off] 🔕 Wochenbericht: aus
    }
stats-weekly-set = { $state ->
        [on] Ich schreibe dir einmal in der Woche.
       *[off] Kein Wochenbericht mehr.
    }

## Meldungen an den Betreiber

alert-disk = { $state ->
        [over] ✅ Auf der Festplatte ist wieder Platz: { SIZE($amount) } frei bei { $subject }.
       *[begun] ⚠️ Die Festplatte ist fast voll: { SIZE($amount) } frei bei { $subject }. Ist sie voll, warten Aufnahmen, bis wieder Platz ist.
    }
alert-backlog = { $state ->
        [over] ✅ In der Warteschlange geht es wieder voran.
       *[begun] ⚠️ { $count ->
            [one] { $count } Aufnahme wartet
           *[other] { $count } Aufnahmen warten
        }, die erste davon seit { DURATION($amount) }.
    }
alert-worker = { $state ->
        [over] ✅ Der Worker { $subject } ist wieder da.
       *[begun] ⚠️ Der Worker { $subject } ist weg, { $count ->
            [0] keiner ist übrig: Aufnahmen warten.
            [one] { $count } ist übrig.
           *[other] { $count } sind übrig.
        }
    }
alert-llm = { $state ->
        [over] ✅ { $subject ->
            [key] Das Sprachmodell nimmt LLM_KEY wieder an.
           *[model] LLM_MODEL antwortet wieder.
        }
       *[begun] ⚠️ { $subject ->
            [key] Der Server des Sprachmodells lehnt LLM_KEY ab, oder das Guthaben ist verbraucht. Bis das behoben ist, antworten die Knöpfe unter Texten nicht.
           *[model] Der Server des Sprachmodells hat kein LLM_MODEL dieses Namens, oder unter LLM_URL ist nichts. Bis das behoben ist, antworten die Knöpfe unter Texten nicht.
        }
    }
alert-token = ✅ Telegram hat mein Token { DURATION($amount) } lang abgelehnt und nimmt es jetzt wieder an. Aufnahmen haben gewartet.

## Alles Übrige

admins-only = Das können nur Admins des Chats ändern.
rights-unknown = Ich konnte Telegram nicht fragen, ob du Admin dieses Chats bist. Bitte versuche es in einer Minute noch einmal.
access-refused = Tut mir leid, dieser Bot ist privat. Sein Betreiber kann dich hinzufügen; deine ID ist { $id }.
throttled = Einen Moment bitte.
stale-button = Dieser Knopf ist zu alt. Bitte sende den Befehl noch einmal.
hint-text = Sende mir eine Sprachnachricht, und ich antworte mit dem Text. Mehr dazu: /help.
hint-text-links = Sende mir eine Sprachnachricht oder einen Link zu einer Audio- oder Videodatei, und ich antworte mit dem Text. Mehr dazu: /help.
hint-command = Diesen Befehl kenne ich nicht. /help zeigt alle.
hint-other = Hier gibt es nichts zu hören. Sende mir eine Sprachnachricht, Audio oder Video.
hint-document = Diese Datei enthält keinen Ton. Sende mir eine Sprachnachricht, Audio oder Video.

## Menü der Befehle, höchstens 256 Zeichen

command-mode = Welche Sprachnachrichten zu Text werden
command-text = Als Antwort: was diese Sprachnachricht sagt
command-model = Wie genau und wie schnell
command-language = Welche Sprache gesprochen wird
command-words = Namen und Fachwörter richtig schreiben
command-speakers = Ob Texte sagen, wer spricht
command-unsure = Ob unsichere Wörter unterstrichen werden
command-find = Deine Texte durchsuchen
command-history = Alle deine Texte
command-export = Alle deine Texte als Zip
command-join = Als Antwort: Aufnahmen in Folge als ein Text
command-settings = Alle Einstellungen dieses Chats
command-cancel = Deine Aufnahmen in diesem Chat anhalten
command-forget = Alles löschen, was von dir aufbewahrt wird
command-stats = Wie viel geschrieben wurde, und wie schnell
command-users = Wer den Bot benutzt, und wer darf
command-invite = Ein Link, der Leute hereinlässt
command-ban = Jemandem nicht mehr antworten
command-privacy = Was aufbewahrt wird
command-help = Was ich kann
