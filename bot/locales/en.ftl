# DURATION takes seconds, SIZE megabytes; ORDINAL gives the plural category of an ordinal number.

unit-seconds = { $count } s
unit-minutes = { $count } min
unit-hours = { $count } h
unit-megabytes = { $count } MB
unit-gigabytes = { $count } GB

## A note on its way

place = { ORDINAL($position) ->
        [one] { $position }st
        [two] { $position }nd
        [few] { $position }rd
       *[other] { $position }th
    }
status-queued = { $eta ->
        [0] In queue: { place }
       *[other] In queue: { place }, about { DURATION($eta) }
    }
status-held-up = ⏳ The transcription server does not answer. Your note waits, and will be tried again.
status-no-worker = ⏳ No worker is there to transcribe. Your note waits for one.
status-fetching = { $mb ->
        [0] ⬇️ Fetching the link…
       *[other] ⬇️ Fetching the link: { SIZE($mb) }
    }
status-starting = 🎧 Listening…
status-running = { $eta ->
        [0] ✍️ { $percent } %
       *[other] ✍️ { $percent } %, about { DURATION($eta) } left
    }
status-downloading-model = ⬇️ Fetching the model: { $percent } %
status-loading-model = 📦 Loading the model: { $percent } %
status-again = 🔁 Again with { $model }…
status-draft = ✍️ Draft, being refined…
row-waits = 🧵 Goes to the text above once that is there.
refined = ✨ Refined with { $model }
part-pending = …
no-speech = 🤷 No speech heard in this one.
cancelled = Cancelled.
stopped = ⏹ Stopped here.
cancel-button = Cancel
keep-draft-button = Keep the draft
text-rest = Read on
text-goes-on = 📄 The whole text is in the file below.
text-file-caption = The whole text as a file.

## Why a note did not become text

error-unknown = Something went wrong here, and it is not your fault. Please try again. If it happens again, tell the bot’s owner this number: { $incident }
error-not-audio = There is no sound I can read in this file. Please send it as a voice message, MP3 or M4A.
error-empty-audio = This recording is empty. Please record it once more.
error-too-big = This file is larger than the { SIZE($limit_mb) } I can take. Please send it in parts, or as a voice message.
error-too-long = This is longer than the { DURATION($limit_s) } I can take. Please send it in parts.
error-decode-timeout = Reading this file took too long. Please send it as a voice message or an MP3.
error-file-gone = Telegram no longer has this file. Please send it again.
error-fetch-failed = I could not get this file from Telegram. Please send it again in a minute.
error-link-refused = I don’t open this link. I fetch files from public sites only, and from plain http:// or https:// links without a port or a password.
error-link-denied = The site does not give me what is at this link (its answer was { $status }). Please check the link, or send me the file itself.
error-link-no-media = There is a web page at this link, and no recording that I could get from it. Please send a link to the audio or video file, or the file itself.
error-link-changed = There is another file at this link now. Please send the link again.
error-link-failed = I could not fetch what is at this link: its site does not answer, is too slow, or broke off. Please try again later.
error-transcriber-refused = The transcription server does not take this recording. Please send it as a voice message, or in parts.
error-transcriber-failed = The transcription server could not do this recording, however often it was asked. Please send it again later.
error-transcriber-unavailable = The transcription server does not answer. Please try again later.
error-no-worker = None of the workers has the model { $model }. Please choose another one: /model.
error-queue-full = { $limit ->
        [one] I still have { $limit } note of yours to answer, as many as I take from one person. Until that is done I leave all others unanswered: please send them again then, or /cancel it.
       *[other] I still have { $limit } notes of yours to answer, as many as I take from one person. Until some are done I leave all others unanswered: please send them again then, or /cancel those that wait.
    }
error-unknown-model = I don’t know the model { $model }. Please choose one with /model.
error-model-unavailable = The model { $model } is not on this machine and can’t be downloaded now. Please try later, or choose another one with /model.
error-engine-missing = { $model } needs the engine { $engine }, which is not installed on this machine. Whoever runs me can add it: scripts/setup.sh { $engine }. Please choose another one with /model.
error-model-damaged = The model { $model } is damaged on this machine: { $file }. Whoever runs me can delete its folder, and it is downloaded anew. Please choose another one with /model.
error-model-too-big = { $what ->
        [disk] { $model } needs { SIZE($need_mb) } of disk, and { SIZE($have_mb) } are free. Please choose a smaller one with /model.
       *[memory] { $model } needs { SIZE($need_mb) } of memory, and { SIZE($have_mb) } are free. Please choose a smaller one with /model.
    }
error-no-translation = { $model } cannot translate into English. Please choose one that can, such as base or small, with /model.
error-llm = { $reason ->
        [key] The language model’s server refuses the key that I have for it. Only the bot’s owner can mend that.
        [model] The server has no such language model. Only the bot’s owner can mend that.
        [busy] { $seconds ->
            [0] The language model has too much to do right now. Please try again in a few minutes.
           *[other] The language model has too much to do right now. Please try again in { DURATION($seconds) }.
        }
        [refused] The language model does not take this text.
        [timeout] The language model took too long. Please try again later.
        [broke-off] The language model broke off in the middle. Please try again.
        [empty] The language model had nothing to say. Please try again.
        [garbled] The language model’s server says things that I can’t read. Please tell the bot’s owner.
       *[unavailable] The language model does not answer. Please try again later.
    }
error-given-up = { $tries ->
        [one] I crashed on this note, so I stopped trying. Please send it in another format, or in parts.
       *[other] I crashed on this note { $tries } times, so I stopped trying. Please send it in another format, or in parts.
    }
error-cancelled = Cancelled.
submit-failed = I could not write this note down, so it is not in the queue. Please send it again. If it happens again, tell the bot’s owner this number: { $incident }

## Cancelling

cancel-done = { $count ->
        [0] There is nothing to cancel.
        [one] Cancelled { $count } note.
       *[other] Cancelled { $count } notes.
    }
cancel-toast = Cancelled.
keep-draft-toast = The draft stays.
cancel-ended = This one has already ended.
cancel-not-yours = Only the sender or a chat admin can cancel this one.
cancel-no-note = That message is not a note of mine. Reply to a note or to my answer, or send /cancel alone.

## /start, /help, /privacy

start = Hi! Send or forward me a voice message, a video or an audio file, and I’ll reply with its text.

    { $place ->
       *[here] It all happens on this bot’s own machine: nothing is sent to a transcription service.
        [elsewhere] A transcription server that the bot’s owner chose turns it into text: recordings are sent there.
    } /help says more.
help = Send or forward a voice message, a video message, audio or video, and I’ll reply with its text. In a group I answer every voice message I can see, or those I am asked for: /mode there.

    /model – how exact and how fast
    /language – which language is spoken
    /words – names and jargon to spell right
    /speakers – who speaks
    /unsure – underline doubtful words
    /find – search your texts
    /history – all your texts
    /export – all your texts as a zip
    /join – as a reply: notes in a row as one text
    /settings – all of this in one place, and more
    /cancel – stop your notes in this chat; as a reply: that one
    /stats – how much I wrote down for you
    /forget – delete all I keep of yours
    /privacy – what I keep
help-links = A link to an audio or video file will do, too; in a group reply /text to it, or mention me beside it.
group-deaf = ⚠️ In this group I see commands only. Make me an admin here, and I’ll hear its voice messages; or the bot’s owner turns Group Privacy off in @BotFather and adds me again.
privacy = { $place ->
       *[here] Recordings are turned into text on this bot’s own machine; no transcription service is involved. A recording is deleted as soon as it is text, or a minute later at most.
        [elsewhere] Recordings are sent to a transcription server that the bot’s owner chose, and turned into text there; what it keeps, its owner knows. Here a recording is deleted as soon as it is text.
    } { $days ->
        [0] The text is kept until it has been delivered.
        [one] The text is kept for { $days } day, so that you can find it again (/find) and the same recording need not be heard twice.
       *[other] The text is kept for { $days } days, so that you can find it again (/find) and the same recording need not be heard twice.
    } What people say is never written to the log.{ $llm ->
        [none] {""}
        [here] {" "}Summary, Tidy up and To-do list are made by a language model on this machine, and kept as long as the text.
       *[there] {" "}Summary, Tidy up and To-do list are made by a language model at { $host }, which is not this machine: the text is sent there when you press such a button, and the chat is asked before the first time. What is kept there, its owner knows; here it is kept as long as the text.
    }

    In a group where I answer only when asked, I keep for a week where its voice messages can be fetched, unheard.

    Of a deleted note I keep how long it was and how fast I did it, without whose it was, and for today how many minutes you had.

    Of a business account I keep where its texts go until I’m disconnected, and take a text back when its voice message is deleted.

    Words set with /words are kept until they are cleared, and with each note as long as its text.

    /forget deletes everything of yours at once. What was already said in chats stays there, like any message.

privacy-links = What is at a link is fetched by the bot’s machine, and its site sees that machine’s address.
link-first-only = I took the first link of this message. Please send the others one by one.

## /mode and /text, in groups

mode-ask = Hi! I turn voice messages into text. Which ones, in this group? An admin chooses, now or later with /mode; until then I answer every one.
mode-title = Which voice messages of this group should I turn into text? { $mode ->
        [asked] Now: those I am asked for. To ask, reply /text to a voice message, mention me in a reply to it, or put a reaction on it.
        [private] Now: those that somebody asks for, shown to nobody else. To ask, reply /text to a voice message, mention me in a reply to it, or put a reaction on it.
        [off] Now: none.
       *[all] Now: every one.
    }
mode-all-button = Every one
mode-asked-button = When asked
mode-private-button = When asked, for the asker only
mode-off-button = None
mode-chosen = { $mode ->
        [asked] ✅ I’ll stay quiet until I’m asked: reply /text to a voice message, mention me in a reply to it, or put a reaction on it.
        [private] ✅ I’ll stay quiet until I’m asked: reply /text to a voice message, mention me in a reply to it, or put a reaction on it. The text is then visible to the asker only. Where Telegram can’t show it so, or it is long, I send it to our private chat: start me there first. Telegram does not promise that it arrives; if it does not, ask once more.
        [off] ✅ I’ll turn nothing into text in this group. To change that: /mode
       *[all] ✅ I’ll answer every voice message in this group.
    }
mode-blind = ⚠️ Telegram shows reactions to admins only. Make me an admin, and I’ll see them; /text and mentions work as they are.
channel-mode-title = Where should the text of this channel’s voice messages go? { $mode ->
        [comments] Now: into the comments, as its discussion group has them.
        [post] Now: under the post.
        [off] Now: nowhere.
       *[none] Nobody has chosen yet: nothing comes here, and the discussion group decides for itself.
    } For comments I have to be in the discussion group, for texts under posts I need the right to post.
channel-mode-comments-button = Into the comments
channel-mode-post-button = Under the post
channel-mode-off-button = Nowhere
channel-mode-chosen = { $mode ->
        [comments] ✅ The text of each voice message goes into the comments. I have to be in the discussion group.
        [off] ✅ Voice messages of this channel stay without a text, here and in the discussion group.
       *[post] ✅ The text of each voice message goes under its post, and not into the comments.
    }
mode-not-hidden = ⚠️ Telegram lets only admins show something to one person. Until I’m an admin here, all texts come in private chats.
mode-groups-only = This is for groups: here I answer every recording.
text-anonymous = I can show the text to a person only. Please ask in your own name.
private-sent = ✅ The text is in our private chat.
private-no-chat = I could not show the text to the one who asked, and have no private chat with them. Please press Start in a chat with me, then ask again.
private-lead = { $place ->
        [link] For you only, the text of { $link }
       *[group] For you only, the text that you asked for in a group:
    }
text-no-note = Reply with /text to a voice message, video or audio file, and I’ll write what is said in it.
text-known = 👆 Here is its text.

## /business

business-title = Where should the text of voice messages in the chats of your business account go? { $mode ->
        [owner] Now: to you only, in this chat. What you say yourself stays without a text.
        [off] Now: nowhere.
       *[chat] Now: into the chat itself, in your name, so the other side reads it too.
    }
business-how = To connect me: Telegram’s settings, Business, Chatbots. To disconnect me, the same; then I forget what is chosen here.
business-owner-button = To me only
business-chat-button = Into the chat
business-off-button = Nowhere
business-chosen = { $mode ->
        [owner] ✅ The text of each voice message that you get comes here, and nobody else sees it.
        [off] ✅ Voice messages in your business chats stay without a text.
       *[chat] ✅ The text of each voice message goes into its chat, in your name.
    } To change that: /business
business-no-right = ⚠️ I may not write in your chats, so texts come here for now. To change that, allow replies in Telegram’s settings, Business, Chatbots.

## /model

model-title = Which model should listen in this chat? The larger, the more exact and the slower. Size is what it takes on disk, then in memory; ⬇️ has to be downloaded first.
model-title-english = These understand English only, and do it a little better or faster.
model-line = { $name }{ $languages ->
        [0] {""}
        [1] {" "}({ $only })
        [one] {" "}({ $languages } language)
       *[other] {" "}({ $languages } languages)
    }: { SIZE($disk_mb) }, { SIZE($memory_mb) }; 1 min ≈ { DURATION($seconds) }{ $measured ->
        [yes] {""}
       *[no] {" "}(estimated)
    }{ $here ->
        [yes] {""}
       *[no] {" "}⬇️
    }
model-line-best = auto: the best model here for each language, and { $name } for the rest.
model-best-button = Best for each language
model-title-workers = Which model should listen in this chat? The larger, the more exact and the slower. Here are those of the workers that are there now.
model-line-workers = { $name }: { $workers ->
        [one] { $workers } worker
       *[other] { $workers } workers
    }; 1 min ≈ { DURATION($seconds) }{ $measured ->
        [yes] {""}
       *[no] {" "}(estimated)
    }
model-gone = ⚠️ None of them has { $name }, which is chosen here. Please choose one of these.
model-no-worker = ⏳ No worker is there now, so there is no model to choose. { $name } stays chosen here, and notes wait for a worker.
model-english-button = English only…
model-all-button = ← All languages
model-current = { $name } it is already.
model-busy = { $name } is being prepared. Please wait a moment.
model-preparing = Preparing { $name }…
model-downloading = ⬇️ Downloading { $name }: { $percent } %
model-loading = 📦 Loading { $name }: { $percent } %
model-chosen = ✅ { $name } listens from now on. Notes already in the queue keep their model.
model-chosen-best = ✅ The best model for each language listens from now on, and { $name } to the rest. Notes already in the queue keep their model.
model-chosen-only = ✅ { $name } listens from now on, and understands { $language } only. Notes already in the queue keep their model.
model-chosen-without = ✅ { $name } listens from now on. It does not understand { $language }, which is set for this chat: it will take such notes for another language. Notes already in the queue keep their model.

## /language

language-title = Which language is spoken here? Now: { $language }. You can also write it: /language russian
language-auto = detected
language-auto-button = Detect it
language-chosen = ✅ I’ll expect { $language } in this chat.
language-chosen-auto = ✅ I’ll detect the language of each note.
language-unknown = I don’t know a language called “{ $text }”. /language shows the list.
language-found = Which one of these?
language-not-of-model = { $languages ->
        [1] The model { $model } understands { $only } only.
       *[other] The model { $model } does not understand { $language }.
    } Please choose another one with /model first.

## /words

words-none = Which names and jargon occur in this chat’s notes? Write them, and they are more likely to be spelled right: /words Kubernetes, Grafana, Marja
words-now = Names and jargon of this chat: “{ $words }”

    To replace them: /words and the new ones. To clear them: /words -
words-clear-button = Clear
words-chosen = ✅ Names and jargon of this chat from now on: “{ $words }”
words-unused = { $model } makes no use of them. Models that do are those of Whisper, such as base: /model
words-cleared = ✅ This chat has no names and jargon of its own now.
words-too-long = These are { $length } characters, and I can keep { $limit } at most: please send only the words that come out wrong.

## Under a text, and who speaks in it

text-file-button = File
text-speakers-button = Speakers
text-offer-button = Who said what?
text-names-button = Names
text-translate-button = To English
text-times-button = Times
text-paragraphs-button = Paragraphs
text-fillers-button = “Um”
text-language-button = Wrong language?
text-better-button = Better
better-none = No better model is here for this one. /model shows those that can be fetched.
text-delete-button = Delete
text-delete-yes-button = Delete this text
text-deleted = Deleted.
text-gone = I don’t keep this text any more. Please send the recording again.
text-not-yours = Only the sender or a chat admin can use these buttons.
speaker = Speaker { $number }
speaker-unknown = Someone
speakers-one = I hear only one voice in this one.
translate-known = It is translated already: look below the text.
translate-unavailable = The model that heard this one can’t translate.
names-ask = Who is who? Reply with the names in the order of the speakers: Anna, Boris. Or one of them: 2 = Boris
names-example = Anna, Boris
on-button = On
off-button = Off
speakers-title = Should the texts of this chat say who speaks? { $count ->
        [off] Now they don’t.
        [on] Now they do, and I find out how many people there are.
        [one] Now they do, for { $count } person.
       *[other] Now they do, for { $count } people.
    } It takes a while longer. A number says how many people there are: /speakers 2

    Without it, the button under a longer text finds out.
speakers-chosen = { $count ->
        [off] ✅ New texts won’t say who speaks. The button under a longer text still finds out.
        [on] ✅ New texts will say who speaks, where there are several.
        [one] ✅ New texts will say which of { $count } person speaks.
       *[other] ✅ New texts will say which of { $count } people speaks.
    }
unsure-title = Should I underline the words that I am not sure of? { $state ->
        [on] Now I do.
       *[off] Now I don’t.
    }
unsure-chosen = { $state ->
        [on] ✅ In new texts I underline the words that I am not sure of.
       *[off] ✅ I underline nothing.
    }

## Summary, tidy-up and to-do list, by a language model

llm-summary-button = Summary
llm-tidy-button = Tidy up
llm-todo-button = To-do list
llm-title = { $kind ->
        [summary] 📝 Summary
        [tidy] ✨ Tidied up
       *[todo] ☑️ To-do list
    } · { $model }
llm-writing = { $kind ->
        [summary] ✍️ Summarizing…
        [tidy] ✍️ Tidying up…
       *[todo] ✍️ Looking for tasks…
    }{ $parts ->
        [1] {""}
       *[other] {" "}{ $part } of { $parts }
    }
llm-leave = ⚠️ For this the text would leave this machine: the language model is at { $host }. What is kept there, its owner knows. The recording is not sent.

    May I send this text there, and from now on each text of this chat under which such a button is pressed?
llm-send-button = Yes, send it
llm-keep-button = No
llm-kept = Nothing was sent.
llm-share = ⚠️ This is about the first { $percent } % only: the whole text is more than the model takes.
llm-cut = ⚠️ It ends here because the model wrote too much or broke off.
llm-running = It is being written already.
llm-off = There is no language model here any more.

## One's own texts: /find, /history, /export

texts-title = { DATETIME($at, dateStyle: "medium", timeStyle: "short") } · { DURATION($seconds) }
texts-count = { $count ->
        [one] { $count } text
       *[other] { $count } texts
    }
texts-not-yours = These are another person’s texts. Your own: /history
texts-not-kept = I keep no texts here: its owner has me delete them as soon as they are delivered.
find-ask = What should I look for? Write the words after the command: /find new flat. Other forms of a word are found, too; flat* finds all that begins like it.
find-nothing = I find no text of yours with “{ $words }” here.
history-nothing = I keep no text of yours from here.
export-begun = { $count ->
        [one] I’m packing { $count } text…
       *[other] I’m packing { $count } texts…
    }
export-private = Your texts may be from other chats, too: please write /export to me in private.
export-soon = I pack your texts once in { DURATION($seconds) }. Please ask again later.
export-failed = Telegram did not take the archive. Please ask again later.
guest-no-note = Reply to a voice message, video or audio file with my name, and I’ll write here what is said in it. If you did, Telegram did not show it to me: please forward it to me in private.
guest-goes-on = 📄 This is the beginning. For the whole text, forward me the recording in private.
help-business = /business – where texts from your business account’s chats go
help-guest = In any chat, also where I’m not a member: reply to a voice message with { $name }, and I’ll answer there, for all to see.
inline-nothing = None of your texts. Send me a voice message

## /join

join-title = { $count ->
        [one] { $count } note
       *[other] { $count } notes in a row
    }
join-ask = Reply with /join to the first of several notes in a row: I’ll say them as one text. The row ends with another person’s note, or a pause of ten minutes.
join-not-yours = Only the sender or a chat admin can join these notes.
join-alone = There is no text after this one that belongs to it: the row ends with another person’s note, or a pause of ten minutes.
join-waiting = { $count ->
        [one] { $count } note of this row is not text yet. Please ask again once it is.
       *[other] { $count } notes of this row are not text yet. Please ask again once they are.
    }

## /settings

settings-title = ⚙️ Settings of this chat, for new texts. A tap changes them at once.

    Spoken language: { $language }
    Model: { $model }
    Who speaks: { $speakers }
    File that comes with a long text: { $file }{ $keeps ->
        [yes] {"\u000A"}Notes in a row become one text: { $join }
       *[no] {""}
    }
    { $long_texts ->
        [rich] A long text: one message, which unfolds at a tap. Where Telegram does not take that, folded.
        [split] A long text: whole, in as many messages as it takes.
       *[folded] A long text: unfolds at a tap; a very long one is its beginning and a file.
    }

    { $paragraphs ->
        [on] ✓ Texts have paragraphs.
       *[off] – Texts are one block.
    }
    { $show_times ->
        [on] ✓ Each sentence has its time.
       *[off] – Sentences have no times.
    }
    { $mark_unsure ->
        [on] ✓ Doubtful words are underlined.
       *[off] – Doubtful words are not marked.
    }
    { $omit_fillers ->
        [on] ✓ “Um” and the like are left out.
       *[off] – “Um” and the like stay.
    }
    { $quiet ->
        [on] ✓ Quiet: while I listen there is only 👀 on the note, then the text, without sound. /cancel stops it.
       *[off] – Before a text is there you see how far I am.
    }
    { $tidy ->
        [on] ✓ What I say of a note that became no text (“No speech”, “Cancelled”, an error) is deleted after a minute. Texts stay.
       *[off] – “No speech”, “Cancelled” and errors stay.
    }
    { $drafts ->
        [quiet] – Nothing is typed out while it is quiet.
        [on] ✓ A text is typed out before your eyes; Stop keeps what is there, /cancel drops it. In private chats, where Telegram shows it.
       *[off] – A text in progress comes in a message of its own, every few seconds.
    }
settings-language-button = Language
settings-model-button = Model
settings-speakers-button = Speakers
settings-file-format-button = File
settings-long-texts-button = Long texts
settings-join-s-button = Join notes
settings-paragraphs-button = Paragraphs
settings-show-times-button = Times
settings-mark-unsure-button = Doubtful words
settings-omit-fillers-button = Leave out “um”
settings-quiet-button = Quiet
settings-tidy-button = Tidy up
settings-drafts-button = Live typing
settings-back-button = ⚙️ Settings
settings-detect = detect
settings-best = best for each language
settings-speakers = { $count ->
        [off] don’t say
        [on] find out
       *[other] { $count }
    }
settings-join = { $seconds ->
        [0] off
       *[other] within { DURATION($seconds) }
    }
settings-long-texts = { $choice ->
        [rich] one message
        [split] several messages
       *[folded] folded
    }
settings-ask-long-texts = How should a text come that is longer than a screen?

    • Folded: it unfolds at a tap. Of one that takes more than three messages you get the beginning, and all of it as a file. Every app shows this.
    • One message: what takes several messages is one, up to 32,768 characters, which unfolds at a tap. Apps that were not updated since June 2026 do not show it; choose another then.
    • Several messages: all of it, and nothing is folded.
settings-ask-language = Which language is spoken in this chat? Here are those that its model understands.
settings-ask-speakers = Should texts say who speaks? It takes a while longer; it is better where you know how many people there are.
settings-ask-file-format = As what should a long text also come? Other formats stay in reach, by the button under a text.
settings-ask-join-s = Should notes that you send one after the other become one text? The first text then grows by each further one, where nobody else’s note comes between. The time you are speaking is no pause.

## /forget

forget-ask = Delete all your notes and texts that I keep, here and in other chats, and the model, language and words of our private chat? Notes still in the queue are stopped.
forget-yes-button = Delete
forget-no-button = Keep
forget-done = { $count ->
        [0] Now I keep nothing of yours.
        [one] Deleted { $count } note.
       *[other] Deleted { $count } notes.
    }
forget-kept = Kept.
forget-not-yours = Only the one who asked can answer this.

## Who may use the bot

access-ask-button = Ask to be let in
access-asked = Your request is with the bot’s owner. You will hear from me here.
access-not-asked = I could not pass your request on. Please ask the bot’s owner yourself.
access-allowed = ✅ You can use this bot now. Send me a voice message, and I’ll reply with its text.
access-declined = The bot’s owner did not let you in.
access-request = { $name }, id { $id }, asks to use this bot.
access-requests = More people ask to use this bot. /users shows them all.
access-allow-button = Allow
access-refuse-button = Refuse
access-ban-button = Ban
access-decided = { $state ->
        [allowed] ✅ Allowed.
        [banned] 🚫 Banned.
        [refused] ✖️ Refused.
       *[other] Not waiting any more.
    }
invited = ✅ Welcome! Send me a voice message, and I’ll reply with its text. /help says more.
invited-already = You can use this bot already. Send me a voice message.
invitation-void = This invitation is not good any more: it was used up, has expired or was withdrawn. Please ask for another one.
invite = 🔗 Whoever opens this link may use the bot:
    { $link }

    It is good for { $uses ->
        [one] { $uses } person
       *[other] { $uses } people
    } and for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
invite-uses = { $uses ->
        [one] { $uses } person
       *[other] { $uses } people
    }
invite-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
invite-withdraw-button = Withdraw
invite-withdrawn = Withdrawn: the link lets nobody in any more.
invite-gone = This invitation has expired or was withdrawn. /invite makes a new one.
invite-open = Everyone may use this bot, so nobody needs an invitation. To let in only those whom you choose, set INVITE_ONLY=on and start the bot again.
users-title = { $count ->
        [0] Nobody has used this bot yet.
        [one] 👥 { $count } person
       *[other] 👥 { $count } people
    }{ $pages ->
        [0] {""}
        [1] {""}
       *[other] , page { $page } of { $pages }
    }{ $closed ->
        [yes] {""}
       *[no] {" "}(everyone may use the bot)
    }
users-line = { $state ->
        [asking] ❓
        [banned] 🚫
        [refused] ✖️
       *[other] 👤
    } { $name }{ $minutes ->
        [0] {""}
       *[other] {" "}· { $minutes } min today
    }
users-back-button = ← All people
user-card = { $name }
    id { $id }

    { $state ->
        [admin] ⭐ Admin, by ADMIN_USERS
        [settings] ✅ Allowed, by ALLOWED_USERS
        [allowed] ✅ Allowed
        [banned] 🚫 Banned
        [refused] ✖️ Refused
        [asking] ❓ Asks to be let in
        [open] ✅ Allowed, as everyone
       *[none] Not allowed
    }
    Today: { $used } min { $limit ->
        [0] of as many as they like
       *[other] of { $limit }
    }

    Minutes a day:
minutes-button = { $minutes ->
        [0] ∞
       *[other] { $minutes }
    }
error-minutes-used-up = { $left ->
        [0] You have had your { $limit } minutes of today. Please send this again tomorrow.
       *[other] Of your { $limit } minutes of today { $left } are left, and this is longer. Please send something shorter, or this tomorrow.
    }
ban-usage = Whom? Reply with /ban to a message, or write the id: /ban 123456789. /users shows everyone and unbans, too.
ban-admin = Admins can’t be banned. They are named in ADMIN_USERS.
ban-done = 🚫 { $name } is banned: I don’t answer them any more. /users unbans.
owner-only = This is for the bot’s owner only.
owner-in-private = Please send me this in our private chat.

## /stats

stats-title = 📊 { $own ->
        [yes] Your notes,
       *[no] All notes,
    } { $period ->
        [hour] last { $count } hours
        [week] last { $count } weeks
       *[day] last { $count } days
    }
stats-notes = { $notes ->
        [0] No notes became text.
        [one] { $notes } note, { DURATION($audio_s) }
       *[other] { $notes } notes, { DURATION($audio_s) }
    }
stats-people = { $people ->
        [one] { $people } person
       *[other] { $people } people
    }
stats-wait = Wait for a text: { DURATION($median_s) } at the median, 95 % within { DURATION($p95_s) }
stats-speed = RTF: { $speeds }
stats-failures = { $count ->
        [one] { $count } failure
       *[other] { $count } failures
    }: { $kinds }
stats-chart = Minutes of recordings by { $period ->
        [hour] hour
        [week] week
       *[day] day
    }
stats-button = { $period ->
        [hour] Hours
        [week] Weeks
       *[day] Days
    }

stats-weekly-button = { $state ->
        [on] 🔔 Weekly note: on
       *[off] 🔕 Weekly note: off
    }
stats-weekly-set = { $state ->
        [on] I’ll write to you once a week.
       *[off] No weekly note any more.
    }

## Alerts to the owner

alert-disk = { $state ->
        [over] ✅ There is room on the disk again: { SIZE($amount) } free at { $subject }.
       *[begun] ⚠️ The disk is nearly full: { SIZE($amount) } free at { $subject }. When it is full, notes wait until there is room.
    }
alert-backlog = { $state ->
        [over] ✅ The queue is moving again.
       *[begun] ⚠️ { $count ->
            [one] { $count } note waits
           *[other] { $count } notes wait
        }, the first of them for { DURATION($amount) }.
    }
alert-worker = { $state ->
        [over] ✅ The worker { $subject } is back.
       *[begun] ⚠️ The worker { $subject } is gone, and { $count ->
            [0] none is left: notes wait.
            [one] { $count } is left.
           *[other] { $count } are left.
        }
    }
alert-llm = { $state ->
        [over] ✅ { $subject ->
            [key] The language model takes LLM_KEY again.
           *[model] LLM_MODEL answers again.
        }
       *[begun] ⚠️ { $subject ->
            [key] The language model’s server refuses LLM_KEY, or its credit is used up. The buttons under texts give no answers until that is mended.
           *[model] The language model’s server has no LLM_MODEL of this name, or there is nothing at LLM_URL. The buttons under texts give no answers until that is mended.
        }
    }
alert-token = ✅ Telegram refused my token for { DURATION($amount) }, and takes it again now. Notes waited meanwhile.

## Everything else

admins-only = Only chat admins can change this.
rights-unknown = I could not ask Telegram whether you are an admin of this chat. Please try again in a minute.
access-refused = Sorry, this bot is private. Its owner can add you; your id is { $id }.
throttled = One moment, please.
stale-button = This button is too old. Please send the command again.
hint-text = Send me a voice message, and I’ll reply with its text. /help says more.
hint-text-links = Send me a voice message, or a link to an audio or video file, and I’ll reply with its text. /help says more.
hint-command = I don’t know this command. /help lists those I do.
hint-other = There is nothing to listen to in this. Send me a voice message, audio or video.
hint-document = This file holds no sound. Send me a voice message, audio or video.

## Menu of commands, 256 characters each at most

command-mode = Which voice messages become text
command-text = As a reply: what this voice message says
command-model = How exact and how fast
command-language = Which language is spoken
command-words = Names and jargon to spell right
command-speakers = Whether texts say who speaks
command-unsure = Whether doubtful words are underlined
command-find = Search your texts
command-history = All your texts
command-export = All your texts as a zip
command-join = As a reply: notes in a row as one text
command-settings = All settings of this chat
command-cancel = Stop your notes in this chat
command-forget = Delete all that is kept of yours
command-stats = How much was transcribed, and how fast
command-users = Who uses the bot, and who may
command-invite = A link that lets people in
command-ban = Answer someone no more
command-privacy = What is kept
command-help = What I can do
