# DURATION recibe segundos, SIZE megabytes; ORDINAL da la forma plural de un ordinal.

unit-seconds = { $count } s
unit-minutes = { $count } min
unit-hours = { $count } h
unit-megabytes = { $count } MB
unit-gigabytes = { $count } GB

## Una grabación en camino

place = { $position }.º lugar
status-queued = { $eta ->
        [0] En cola: { place }
       *[other] En cola: { place }, unos { DURATION($eta) }
    }
status-held-up = ⏳ El servidor de transcripción no responde. Tu grabación espera y lo volveré a intentar.
status-no-worker = ⏳ Ahora no hay ningún proceso que transcriba. Tu grabación espera a uno.
status-fetching = { $mb ->
        [0] ⬇️ Descargando del enlace…
       *[other] ⬇️ Descargando del enlace: { SIZE($mb) }
    }
status-starting = 🎧 Escuchando…
status-running = { $eta ->
        [0] ✍️ { $percent } %
       *[other] ✍️ { $percent } %, faltan unos { DURATION($eta) }
    }
status-downloading-model = ⬇️ Descargando el modelo: { $percent } %
status-loading-model = 📦 Cargando el modelo: { $percent } %
status-again = 🔁 Otra vez, con { $model }…
status-draft = ✍️ Borrador, lo estoy mejorando…
row-waits = 🧵 Pasará al texto de arriba cuando esté listo.
refined = ✨ Mejorado con { $model }
part-pending = …
no-speech = 🤷 Aquí no se oye hablar a nadie.
cancelled = Cancelado.
stopped = ⏹ Detenido aquí.
cancel-button = Cancelar
keep-draft-button = Quedarme el borrador
text-rest = Seguir leyendo
text-goes-on = 📄 El texto completo está en el archivo de abajo.
text-file-caption = El texto completo en un archivo.

## Por qué una grabación no llegó a ser texto

error-unknown = Algo ha fallado aquí, y no es culpa tuya. Inténtalo otra vez. Si vuelve a pasar, dile este número al dueño del bot: { $incident }
error-not-audio = En este archivo no hay ningún sonido que yo sepa leer. Envíalo como mensaje de voz, MP3 o M4A.
error-empty-audio = Esta grabación está vacía. Grábala otra vez.
error-too-big = Este archivo supera los { SIZE($limit_mb) } que puedo aceptar. Envíalo por partes o como mensaje de voz.
error-too-long = Esto dura más de { DURATION($limit_s) }, que es lo que puedo aceptar. Envíalo por partes.
error-decode-timeout = Leer este archivo tardó demasiado. Envíalo como mensaje de voz o MP3.
error-file-gone = Telegram ya no tiene este archivo. Envíalo otra vez.
error-fetch-failed = No pude obtener este archivo de Telegram. Envíalo otra vez dentro de un minuto.
error-link-refused = No abro este enlace. Solo descargo archivos de sitios públicos, y de enlaces http:// o https:// sencillos, sin puerto ni contraseña.
error-link-denied = El sitio no me da lo que hay en este enlace (respondió { $status }). Revisa el enlace o envíame el archivo.
error-link-no-media = En este enlace hay una página web, y no pude sacar de ella ninguna grabación. Envía un enlace al archivo de audio o vídeo, o el propio archivo.
error-link-changed = En este enlace hay ahora otro archivo. Envía el enlace otra vez.
error-link-failed = No pude descargar lo que hay en este enlace: el sitio no responde, es demasiado lento o cortó la conexión. Inténtalo más tarde.
error-transcriber-refused = El servidor de transcripción no acepta esta grabación. Envíala como mensaje de voz o por partes.
error-transcriber-failed = El servidor de transcripción no pudo con esta grabación tras varios intentos. Envíala otra vez más tarde.
error-transcriber-unavailable = El servidor de transcripción no responde. Inténtalo más tarde.
error-no-worker = Ninguno de los procesos tiene el modelo { $model }. Elige otro: /model.
error-queue-full = { $limit ->
        [one] Aún me queda { $limit } grabación tuya por responder, y no acepto más de una persona. Hasta que termine, dejo las demás sin respuesta: envíalas de nuevo entonces, o cancélala con /cancel.
       *[other] Aún me quedan { $limit } grabaciones tuyas por responder, y no acepto más de una persona. Hasta que termine alguna, dejo las demás sin respuesta: envíalas de nuevo entonces, o cancela las que esperan con /cancel.
    }
error-unknown-model = No conozco el modelo { $model }. Elige uno con /model.
error-model-unavailable = El modelo { $model } no está en esta máquina y ahora no se puede descargar. Inténtalo más tarde o elige otro con /model.
error-engine-missing = { $model } necesita el motor { $engine }, que no está instalado en esta máquina. Quien me administra puede añadirlo: scripts/setup.sh { $engine }. Elige otro con /model.
error-model-damaged = El modelo { $model } está dañado en esta máquina: { $file }. Quien me administra puede borrar su carpeta, y se descargará de nuevo. Elige otro con /model.
error-model-too-big = { $what ->
        [disk] { $model } necesita { SIZE($need_mb) } de disco y hay { SIZE($have_mb) } libres. Elige uno más pequeño con /model.
       *[memory] { $model } necesita { SIZE($need_mb) } de memoria y hay { SIZE($have_mb) } libres. Elige uno más pequeño con /model.
    }
error-no-translation = { $model } no sabe traducir al inglés. Elige uno que sepa, como base o small, con /model.
error-llm = { $reason ->
        [key] El servidor del modelo de lenguaje rechaza mi clave. Solo puede arreglarlo el dueño del bot.
        [model] El servidor no tiene ese modelo de lenguaje. Solo puede arreglarlo el dueño del bot.
        [busy] { $seconds ->
            [0] El modelo de lenguaje tiene ahora demasiado trabajo. Inténtalo otra vez dentro de unos minutos.
           *[other] El modelo de lenguaje tiene ahora demasiado trabajo. Inténtalo otra vez dentro de { DURATION($seconds) }.
        }
        [refused] El modelo de lenguaje no acepta este texto.
        [timeout] El modelo de lenguaje tardó demasiado. Inténtalo más tarde.
        [broke-off] El modelo de lenguaje se cortó a la mitad. Inténtalo otra vez.
        [empty] El modelo de lenguaje no dijo nada. Inténtalo otra vez.
        [garbled] El servidor del modelo de lenguaje dice cosas que no sé leer. Avisa al dueño del bot.
       *[unavailable] El modelo de lenguaje no responde. Inténtalo más tarde.
    }
error-given-up = { $tries ->
        [one] Esta grabación me hizo fallar, así que he dejado de intentarlo. Envíala en otro formato o por partes.
       *[other] Esta grabación me hizo fallar { $tries } veces, así que he dejado de intentarlo. Envíala en otro formato o por partes.
    }
error-cancelled = Cancelado.
submit-failed = No pude anotar esta grabación, así que no está en la cola. Envíala otra vez. Si vuelve a pasar, dile este número al dueño del bot: { $incident }

## Cancelar

cancel-done = { $count ->
        [0] No hay nada que cancelar.
        [one] Cancelada { $count } grabación.
       *[other] Canceladas { $count } grabaciones.
    }
cancel-toast = Cancelado.
keep-draft-toast = Se queda el borrador.
cancel-ended = Esta ya ha terminado.
cancel-not-yours = Solo puede cancelarla quien la envió o un administrador del chat.
cancel-no-note = Ese mensaje no es una de mis grabaciones. Responde a una grabación o a mi respuesta, o envía solo /cancel.

## /start, /help, /privacy

start = ¡Hola! Envíame o reenvíame un mensaje de voz, un vídeo o un archivo de audio, y te respondo con su texto.

    { $place ->
       *[here] Todo ocurre en la máquina de este bot: nada se envía a un servicio de transcripción.
        [elsewhere] Lo convierte en texto un servidor que eligió el dueño del bot: las grabaciones se envían allí.
    } Más en /help.
help = Envíame o reenvíame un mensaje de voz, un videomensaje, audio o vídeo, y te respondo con su texto. En un grupo respondo a todos los mensajes de voz que veo, o a los que me pidan: allí, /mode.

    /model – más exacto o más rápido
    /language – qué idioma se habla
    /words – nombres y términos bien escritos
    /speakers – quién habla
    /unsure – subrayar las palabras dudosas
    /find – buscar en tus textos
    /history – todos tus textos
    /export – todos tus textos en un zip
    /join – como respuesta: varias grabaciones seguidas en un texto
    /settings – todo esto en un solo lugar, y más
    /cancel – parar tus grabaciones en este chat; como respuesta: solo esa
    /stats – cuánto he escrito para ti
    /forget – borrar todo lo tuyo que guardo
    /privacy – qué guardo
help-links = También vale un enlace a un archivo de audio o vídeo; en un grupo, respóndele con /text o mencióname a su lado.
group-deaf = ⚠️ En este grupo solo veo los comandos. Hazme administrador y oiré sus mensajes de voz; o el dueño del bot puede desactivar Group Privacy en @BotFather y añadirme de nuevo.
privacy = { $place ->
       *[here] Las grabaciones se convierten en texto en la máquina de este bot, sin ningún servicio de transcripción. Una grabación se borra en cuanto es texto, o un minuto después como máximo.
        [elsewhere] Las grabaciones se envían a un servidor de transcripción que eligió el dueño del bot y allí se convierten en texto; lo que guarda lo sabe su dueño. Aquí una grabación se borra en cuanto es texto.
    } { $days ->
        [0] El texto se guarda hasta que se entrega.
        [one] El texto se guarda { $days } día, para que puedas encontrarlo (/find) y no haga falta oír dos veces la misma grabación.
       *[other] El texto se guarda { $days } días, para que puedas encontrarlo (/find) y no haga falta oír dos veces la misma grabación.
    } Lo que se dice nunca se escribe en el registro.{ $llm ->
        [none] {""}
        [here] {" "}El resumen, el texto limpio y las tareas los hace un modelo de lenguaje en esta máquina, y se guardan tanto como el texto.
       *[there] {" "}El resumen, el texto limpio y las tareas los hace un modelo de lenguaje en { $host }, que no es esta máquina: el texto se envía allí cuando pulsas uno de esos botones, y antes de la primera vez se pregunta al chat. Lo que se guarda allí lo sabe su dueño; aquí se guarda tanto como el texto.
    }

    En un grupo en el que respondo solo si me lo piden, recuerdo durante una semana dónde están sus mensajes de voz, sin oírlos.

    De una grabación borrada queda cuánto duraba y lo que tardé, sin de quién era, y por hoy cuántos minutos usaste.

    De una cuenta de empresa recuerdo adónde van sus textos hasta que me desconecten, y retiro un texto cuando se borra su mensaje de voz.

    Las palabras de /words se guardan hasta que se borran, y con cada grabación tanto como su texto.

    /forget borra al momento todo lo tuyo. Lo que ya se dijo en los chats se queda allí, como cualquier mensaje.

privacy-links = Lo que hay en un enlace lo descarga la máquina de este bot, y el sitio ve la dirección de esa máquina.
link-first-only = Tomé el primer enlace de este mensaje. Envía los demás uno por uno.

## /mode y /text, en grupos

mode-ask = ¡Hola! Convierto mensajes de voz en texto. ¿Cuáles, en este grupo? Lo elige un administrador, ahora o después con /mode; hasta entonces respondo a todos.
mode-title = ¿Qué mensajes de voz de este grupo convierto en texto? { $mode ->
        [asked] Ahora: los que me pidan. Para pedirlo, responde /text a un mensaje de voz, mencióname en una respuesta o ponle una reacción.
        [private] Ahora: los que alguien pida, visibles solo para esa persona. Para pedirlo, responde /text a un mensaje de voz, mencióname en una respuesta o ponle una reacción.
        [off] Ahora: ninguno.
       *[all] Ahora: todos.
    }
mode-all-button = Todos
mode-asked-button = Si me lo piden
mode-private-button = Si me lo piden, solo a esa persona
mode-off-button = Ninguno
mode-chosen = { $mode ->
        [asked] ✅ Me quedo en silencio hasta que me lo pidan: responde /text a un mensaje de voz, mencióname en una respuesta o ponle una reacción.
        [private] ✅ Me quedo en silencio hasta que me lo pidan: responde /text a un mensaje de voz, mencióname en una respuesta o ponle una reacción. El texto lo verá solo quien lo pidió. Si Telegram no puede mostrarlo así, o es largo, lo envío a nuestro chat privado: pulsa antes Iniciar allí. Telegram no promete que llegue; si no llega, pídelo otra vez.
        [off] ✅ En este grupo no convertiré nada en texto. Para cambiarlo: /mode
       *[all] ✅ Responderé a todos los mensajes de voz de este grupo.
    }
mode-blind = ⚠️ Telegram muestra las reacciones solo a los administradores. Hazme administrador y las veré; /text y las menciones funcionan ya.
channel-mode-title = ¿Dónde pongo el texto de los mensajes de voz de este canal? { $mode ->
        [comments] Ahora: en los comentarios, en su grupo de debate.
        [post] Ahora: debajo de la publicación.
        [off] Ahora: en ningún sitio.
       *[none] Nadie ha elegido aún: aquí no escribo nada, y el grupo de debate decide por sí mismo.
    } Para los comentarios tengo que estar en el grupo de debate; para los textos bajo las publicaciones necesito permiso para publicar.
channel-mode-comments-button = En los comentarios
channel-mode-post-button = Debajo de la publicación
channel-mode-off-button = En ningún sitio
channel-mode-chosen = { $mode ->
        [comments] ✅ El texto de cada mensaje de voz irá a los comentarios. Tengo que estar en el grupo de debate.
        [off] ✅ Los mensajes de voz de este canal se quedan sin texto, aquí y en el grupo de debate.
       *[post] ✅ El texto de cada mensaje de voz irá debajo de su publicación, y no a los comentarios.
    }
mode-not-hidden = ⚠️ Telegram solo deja a los administradores mostrar algo a una sola persona. Hasta que yo lo sea, todos los textos llegan a los chats privados.
mode-groups-only = Esto es para grupos: aquí respondo a todas las grabaciones.
text-anonymous = El texto solo puedo mostrárselo a una persona. Pídelo en tu propio nombre.
private-sent = ✅ El texto está en nuestro chat privado.
private-no-chat = No pude mostrar el texto a quien lo pidió, y no tengo un chat privado con esa persona. Pulsa Iniciar en un chat conmigo y pídelo otra vez.
private-lead = { $place ->
        [link] Solo para ti, el texto de { $link }
       *[group] Solo para ti, el texto que pediste en un grupo:
    }
text-no-note = Responde /text a un mensaje de voz, un vídeo o un audio, y escribo lo que se dice.
text-known = 👆 Aquí está su texto.

## /business

business-title = ¿Adónde va el texto de los mensajes de voz en los chats de tu cuenta de empresa? { $mode ->
        [owner] Ahora: solo a ti, a este chat. Lo que dices tú queda sin texto.
        [off] Ahora: a ningún sitio.
       *[chat] Ahora: al propio chat, en tu nombre, así que la otra parte también lo lee.
    }
business-how = Para conectarme: ajustes de Telegram, Empresa, Chatbots. Para desconectarme, lo mismo; entonces olvido lo elegido aquí.
business-owner-button = Solo a mí
business-chat-button = Al chat
business-off-button = A ningún sitio
business-chosen = { $mode ->
        [owner] ✅ El texto de cada mensaje de voz que recibas llega aquí, y nadie más lo ve.
        [off] ✅ Los mensajes de voz de tus chats de empresa se quedan sin texto.
       *[chat] ✅ El texto de cada mensaje de voz va a su chat, en tu nombre.
    } Para cambiarlo: /business
business-no-right = ⚠️ No puedo escribir en tus chats, así que por ahora los textos llegan aquí. Para cambiarlo, permite las respuestas en los ajustes de Telegram, Empresa, Chatbots.

## /model

model-title = ¿Qué modelo debe escuchar en este chat? Cuanto más grande, más exacto y más lento. El tamaño es el del disco y luego el de la memoria; ⬇️ hay que descargarlo antes.
model-title-english = Estos solo entienden inglés, y lo hacen algo mejor o más rápido.
model-line = { $name }{ $languages ->
        [0] {""}
        [1] {" "}({ $only })
        [one] {" "}({ $languages } idioma)
       *[other] {" "}({ $languages } idiomas)
    }: { SIZE($disk_mb) }, { SIZE($memory_mb) }; 1 min ≈ { DURATION($seconds) }{ $measured ->
        [yes] {""}
       *[no] {" "}(estimado)
    }{ $here ->
        [yes] {""}
       *[no] {" "}⬇️
    }
model-line-best = auto: el mejor modelo de aquí para cada idioma, y { $name } para los demás.
model-best-button = El mejor para cada idioma
model-title-workers = ¿Qué modelo debe escuchar en este chat? Cuanto más grande, más exacto y más lento. Estos son los de los procesos que hay ahora.
model-line-workers = { $name }: { $workers ->
        [one] { $workers } proceso
       *[other] { $workers } procesos
    }; 1 min ≈ { DURATION($seconds) }{ $measured ->
        [yes] {""}
       *[no] {" "}(estimado)
    }
model-gone = ⚠️ Ninguno de ellos tiene { $name }, que es el elegido aquí. Elige uno de estos.
model-no-worker = ⏳ Ahora no hay ningún proceso, así que no hay modelo que elegir. Aquí sigue elegido { $name }, y las grabaciones esperan.
model-english-button = Solo inglés…
model-all-button = ← Todos los idiomas
model-current = Ya es { $name }.
model-busy = Estoy preparando { $name }. Espera un momento.
model-preparing = Preparando { $name }…
model-downloading = ⬇️ Descargando { $name }: { $percent } %
model-loading = 📦 Cargando { $name }: { $percent } %
model-chosen = ✅ Desde ahora escucha { $name }. Las grabaciones en cola conservan su modelo.
model-chosen-best = ✅ Desde ahora escucha el mejor modelo para cada idioma, y { $name } los demás. Las grabaciones en cola conservan su modelo.
model-chosen-only = ✅ Desde ahora escucha { $name }, que entiende un solo idioma: { $language }. Las grabaciones en cola conservan su modelo.
model-chosen-without = ✅ Desde ahora escucha { $name }. No entiende el idioma de este chat ({ $language }): tomará esas grabaciones por otro idioma. Las grabaciones en cola conservan su modelo.

## /language

language-title = ¿Qué idioma se habla aquí? Ahora: { $language }. También puedes escribirlo: /language inglés
language-auto = se detecta
language-auto-button = Detectarlo
language-chosen = ✅ El idioma de este chat: { $language }.
language-chosen-auto = ✅ Detectaré el idioma de cada grabación.
language-unknown = No conozco ningún idioma llamado «{ $text }». /language muestra la lista.
language-found = ¿Cuál de estos?
language-not-of-model = { $languages ->
        [1] El modelo { $model } entiende un solo idioma: { $only }.
       *[other] El modelo { $model } no entiende este idioma: { $language }.
    } Elige antes otro con /model.

## /words

words-none = ¿Qué nombres y términos aparecen en las grabaciones de este chat? Escríbelos y será más fácil que salgan bien: /words Kubernetes, Grafana, Marja
words-now = Nombres y términos de este chat: «{ $words }»

    Para cambiarlos: /words y los nuevos. Para borrarlos: /words -
words-clear-button = Borrar
words-chosen = ✅ Nombres y términos de este chat desde ahora: «{ $words }»
words-unused = { $model } no los usa. Los usan los modelos de Whisper, como base: /model
words-cleared = ✅ Este chat ya no tiene nombres ni términos propios.
words-too-long = Son { $length } caracteres y puedo guardar { $limit } como máximo: envía solo las palabras que salen mal.

## Debajo de un texto, y quién habla en él

text-file-button = Archivo
text-speakers-button = Voces
text-offer-button = ¿Quién dijo qué?
text-names-button = Nombres
text-translate-button = En inglés
text-times-button = Tiempos
text-paragraphs-button = Párrafos
text-fillers-button = «Eh»
text-language-button = ¿Otro idioma?
text-better-button = Mejorar
better-none = Aquí no hay un modelo mejor para esta grabación. /model muestra los que se pueden descargar.
text-delete-button = Borrar
text-delete-yes-button = Borrar este texto
text-deleted = Borrado.
text-gone = Ya no guardo este texto. Envía la grabación otra vez.
text-not-yours = Estos botones son de quien lo envió y de los administradores del chat.
speaker = Voz { $number }
speaker-unknown = Alguien
speakers-one = Aquí solo oigo una voz.
translate-known = Ya está traducido: mira debajo del texto.
translate-unavailable = El modelo que oyó esta grabación no sabe traducir.
names-ask = ¿Quién es quién? Responde con los nombres en el orden de las voces: Anna, Boris. O con uno solo: 2 = Boris
names-example = Anna, Boris
on-button = Sí
off-button = No
speakers-title = ¿Deben decir los textos de este chat quién habla? { $count ->
        [off] Ahora no lo dicen.
        [on] Ahora sí, y averiguo yo cuántas personas son.
        [one] Ahora sí, para { $count } persona.
       *[other] Ahora sí, para { $count } personas.
    } Tarda un poco más. Un número dice cuántas personas hay: /speakers 2

    Sin esto, lo averigua el botón debajo de un texto largo.
speakers-chosen = { $count ->
        [off] ✅ Los textos nuevos no dirán quién habla. El botón debajo de un texto largo lo sigue averiguando.
        [on] ✅ Los textos nuevos dirán quién habla, cuando sean varios.
        [one] ✅ Los textos nuevos dirán quién habla: { $count } persona.
       *[other] ✅ Los textos nuevos dirán quién habla: { $count } personas.
    }
unsure-title = ¿Subrayo las palabras de las que no estoy seguro? { $state ->
        [on] Ahora lo hago.
       *[off] Ahora no lo hago.
    }
unsure-chosen = { $state ->
        [on] ✅ En los textos nuevos subrayo las palabras de las que no estoy seguro.
       *[off] ✅ No subrayo nada.
    }

## Resumen, texto limpio y tareas, con un modelo de lenguaje

llm-summary-button = Resumen
llm-tidy-button = Texto limpio
llm-todo-button = Tareas
llm-title = { $kind ->
        [summary] 📝 Resumen
        [tidy] ✨ Texto limpio
       *[todo] ☑️ Tareas
    } · { $model }
llm-writing = { $kind ->
        [summary] ✍️ Resumiendo…
        [tidy] ✍️ Pasando a limpio…
       *[todo] ✍️ Buscando tareas…
    }{ $parts ->
        [1] {""}
       *[other] {" "}{ $part } de { $parts }
    }
llm-leave = ⚠️ Para esto el texto saldría de esta máquina: el modelo de lenguaje está en { $host }. Lo que se guarda allí lo sabe su dueño. La grabación no se envía.

    ¿Puedo enviar allí este texto y, desde ahora, cada texto de este chat bajo el que se pulse un botón así?
llm-send-button = Sí, enviarlo
llm-keep-button = No
llm-kept = No se ha enviado nada.
llm-share = ⚠️ Esto trata solo del primer { $percent } %: el texto completo es más de lo que admite el modelo.
llm-cut = ⚠️ Acaba aquí porque el modelo escribió demasiado o se cortó.
llm-running = Ya se está escribiendo.
llm-off = Aquí ya no hay ningún modelo de lenguaje.

## Los textos propios: /find, /history, /export

texts-title = { DATETIME($at, dateStyle: "medium", timeStyle: "short") } · { DURATION($seconds) }
texts-count = { $count ->
        [one] { $count } texto
       *[other] { $count } textos
    }
texts-not-yours = Estos textos son de otra persona. Los tuyos: /history
texts-not-kept = Aquí no guardo textos: el dueño me hace borrarlos en cuanto se entregan.
find-ask = ¿Qué busco? Escribe las palabras después del comando: /find piso nuevo. También encuentro otras formas de una palabra; pis* encuentra todo lo que empieza así.
find-nothing = Aquí no encuentro ningún texto tuyo con «{ $words }».
history-nothing = No guardo ningún texto tuyo de aquí.
export-begun = { $count ->
        [one] Reuniendo { $count } texto…
       *[other] Reuniendo { $count } textos…
    }
export-private = Tus textos pueden ser también de otros chats: escríbeme /export en privado.
export-soon = Reúno tus textos una vez cada { DURATION($seconds) }. Pídelo más tarde.
export-failed = Telegram no aceptó el archivo. Pídelo más tarde.
guest-no-note = Responde con mi nombre a un mensaje de voz, un vídeo o un audio, y escribo aquí lo que se dice. Si lo hiciste, Telegram no me lo mostró: reenvíamelo en privado.
guest-goes-on = 📄 Este es el comienzo. Para el texto completo, reenvíame la grabación en privado.
help-business = /business – adónde van los textos de los chats de tu cuenta de empresa
help-guest = En cualquier chat, también donde no soy miembro: responde a un mensaje de voz con { $name } y contesto allí, a la vista de todos.
inline-nothing = Ningún texto tuyo. Envíame un mensaje de voz

## /join

join-title = { $count ->
        [one] { $count } grabación
       *[other] { $count } grabaciones seguidas
    }
join-ask = Responde /join a la primera de varias grabaciones seguidas y haré de ellas un solo texto. La serie acaba con la grabación de otra persona o una pausa de diez minutos.
join-not-yours = Solo puede unir estas grabaciones quien las envió o un administrador del chat.
join-alone = Después de esta no hay ningún texto que le corresponda: la serie acaba con la grabación de otra persona o una pausa de diez minutos.
join-waiting = { $count ->
        [one] { $count } grabación de esta serie aún no es texto. Pídelo otra vez cuando lo sea.
       *[other] { $count } grabaciones de esta serie aún no son texto. Pídelo otra vez cuando lo sean.
    }

## /settings

settings-title = ⚙️ Ajustes de este chat, para los textos nuevos. Un toque los cambia al momento.

    Idioma hablado: { $language }
    Modelo: { $model }
    Quién habla: { $speakers }
    Archivo que acompaña a un texto largo: { $file }{ $keeps ->
        [yes] {"\u000A"}Las grabaciones seguidas son un solo texto: { $join }
       *[no] {""}
    }
    { $long_texts ->
        [rich] Un texto largo: un mensaje que se despliega con un toque. Donde Telegram no lo acepta, plegado.
        [split] Un texto largo: entero, en los mensajes que hagan falta.
       *[folded] Un texto largo: se despliega con un toque; uno muy largo es su comienzo y un archivo.
    }

    { $paragraphs ->
        [on] ✓ Los textos tienen párrafos.
       *[off] – Los textos son un solo bloque.
    }
    { $show_times ->
        [on] ✓ Cada frase lleva su tiempo.
       *[off] – Las frases no llevan tiempos.
    }
    { $mark_unsure ->
        [on] ✓ Las palabras dudosas van subrayadas.
       *[off] – Las palabras dudosas no se marcan.
    }
    { $omit_fillers ->
        [on] ✓ «Eh» y similares se omiten.
       *[off] – «Eh» y similares se quedan.
    }
    { $quiet ->
        [on] ✓ En silencio: mientras escucho solo hay 👀 en la grabación, y luego el texto, sin sonido. /cancel la para.
       *[off] – Hasta que está el texto, ves cuánto llevo.
    }
    { $tidy ->
        [on] ✓ Lo que digo de una grabación que no llegó a ser texto («No se oye hablar», «Cancelado», un error) se borra al cabo de un minuto. Los textos se quedan.
       *[off] – «No se oye hablar», «Cancelado» y los errores se quedan.
    }
    { $drafts ->
        [quiet] – En silencio no se escribe nada en vivo.
        [on] ✓ El texto se escribe ante tus ojos; Detener conserva lo que hay, /cancel lo descarta. En chats privados, donde Telegram lo muestra.
       *[off] – Mientras tanto, el texto llega en un mensaje propio cada pocos segundos.
    }
settings-language-button = Idioma
settings-model-button = Modelo
settings-speakers-button = Voces
settings-file-format-button = Archivo
settings-long-texts-button = Textos largos
settings-join-s-button = Unir
settings-paragraphs-button = Párrafos
settings-show-times-button = Tiempos
settings-mark-unsure-button = Palabras dudosas
settings-omit-fillers-button = Sin «eh»
settings-quiet-button = En silencio
settings-tidy-button = Ordenar
settings-drafts-button = Escritura en vivo
settings-back-button = ⚙️ Ajustes
settings-detect = detectar
settings-best = el mejor para cada idioma
settings-speakers = { $count ->
        [off] no decirlo
        [on] averiguarlo
       *[other] { $count }
    }
settings-join = { $seconds ->
        [0] no
       *[other] pausa de hasta { DURATION($seconds) }
    }
settings-long-texts = { $choice ->
        [rich] un mensaje
        [split] varios mensajes
       *[folded] plegados
    }
settings-ask-long-texts = ¿Cómo debe llegar un texto que no cabe en una pantalla?

    • Plegado: se despliega con un toque. Si ocupa más de tres mensajes, llega el comienzo, y entero en un archivo. Lo muestra cualquier aplicación.
    • Un mensaje: lo que ocupa varios mensajes llega en uno, de hasta 32 768 caracteres, que se despliega con un toque. Las aplicaciones sin actualizar desde junio de 2026 no lo muestran; en ese caso, elige otra opción.
    • Varios mensajes: el texto entero, sin plegar.
settings-ask-language = ¿Qué idioma se habla en este chat? Estos son los que entiende su modelo.
settings-ask-speakers = ¿Deben decir los textos quién habla? Tarda un poco más; sale mejor si sabes cuántas personas son.
settings-ask-file-format = ¿En qué formato llega además un texto largo? Los demás están en el botón debajo de un texto.
settings-ask-join-s = ¿Deben ser un solo texto las grabaciones que envías una tras otra? El primer texto crece entonces con cada una, si entre ellas no hay ninguna de otra persona. El tiempo que pasas hablando no cuenta como pausa.

## /forget

forget-ask = ¿Borro todas tus grabaciones y textos que guardo, aquí y en otros chats, y el modelo, el idioma y las palabras de nuestro chat privado? Las grabaciones en cola se detienen.
forget-yes-button = Borrar
forget-no-button = Conservar
forget-done = { $count ->
        [0] Ya no guardo nada tuyo.
        [one] Borrada { $count } grabación.
       *[other] Borradas { $count } grabaciones.
    }
forget-kept = Se conserva.
forget-not-yours = Solo puede contestar quien lo preguntó.

## Quién puede usar el bot

access-ask-button = Pedir acceso
access-asked = Tu petición está con el dueño del bot. Te responderé aquí.
access-not-asked = No pude transmitir tu petición. Habla tú con el dueño del bot.
access-allowed = ✅ Ya puedes usar este bot. Envíame un mensaje de voz y te respondo con su texto.
access-declined = El dueño del bot no te ha dado acceso.
access-request = { $name }, id { $id }, pide usar este bot.
access-requests = Más personas piden usar este bot. /users las muestra todas.
access-allow-button = Permitir
access-refuse-button = Rechazar
access-ban-button = Bloquear
access-decided = { $state ->
        [allowed] ✅ Permitido.
        [banned] 🚫 Bloqueado.
        [refused] ✖️ Rechazado.
       *[other] Ya no espera.
    }
invited = ✅ ¡Te damos la bienvenida! Envíame un mensaje de voz y te respondo con su texto. Más en /help.
invited-already = Ya puedes usar este bot. Envíame un mensaje de voz.
invitation-void = Esta invitación ya no vale: se agotó, caducó o fue retirada. Pide otra.
invite = 🔗 Quien abra este enlace podrá usar el bot:
    { $link }

    Vale para { $uses ->
        [one] { $uses } persona
       *[other] { $uses } personas
    } y durante { $days ->
        [one] { $days } día
       *[other] { $days } días
    }.
invite-uses = { $uses ->
        [one] { $uses } persona
       *[other] { $uses } personas
    }
invite-days = { $days ->
        [one] { $days } día
       *[other] { $days } días
    }
invite-withdraw-button = Retirar
invite-withdrawn = Retirada: el enlace ya no deja entrar a nadie.
invite-gone = Esta invitación caducó o fue retirada. /invite hace otra.
invite-open = Cualquiera puede usar este bot, así que nadie necesita invitación. Para dejar entrar solo a quien elijas, pon INVITE_ONLY=on y reinicia el bot.
users-title = { $count ->
        [0] Nadie ha usado aún este bot.
        [one] 👥 { $count } persona
       *[other] 👥 { $count } personas
    }{ $pages ->
        [0] {""}
        [1] {""}
       *[other] , página { $page } de { $pages }
    }{ $closed ->
        [yes] {""}
       *[no] {" "}(cualquiera puede usar el bot)
    }
users-line = { $state ->
        [asking] ❓
        [banned] 🚫
        [refused] ✖️
       *[other] 👤
    } { $name }{ $minutes ->
        [0] {""}
       *[other] {" "}· { $minutes } min hoy
    }
users-back-button = ← Todas las personas
user-card = { $name }
    id { $id }

    { $state ->
        [admin] ⭐ Administrador, por ADMIN_USERS
        [settings] ✅ Permitido, por ALLOWED_USERS
        [allowed] ✅ Permitido
        [banned] 🚫 Bloqueado
        [refused] ✖️ Rechazado
        [asking] ❓ Pide acceso
        [open] ✅ Permitido, como a todos
       *[none] No permitido
    }
    Hoy: { $used } min { $limit ->
        [0] sin límite
       *[other] de { $limit }
    }

    Minutos al día:
minutes-button = { $minutes ->
        [0] ∞
       *[other] { $minutes }
    }
error-minutes-used-up = { $left ->
        [0] Ya has usado tus { $limit } minutos de hoy. Envía esto otra vez mañana.
       *[other] De tus { $limit } minutos de hoy quedan { $left }, y esto dura más. Envía algo más corto, o esto mañana.
    }
ban-usage = ¿A quién? Responde /ban a un mensaje o escribe el id: /ban 123456789. /users muestra a todos y también desbloquea.
ban-admin = No se puede bloquear a los administradores. Están en ADMIN_USERS.
ban-done = 🚫 { $name }: bloqueo activo, ya no le respondo. /users lo quita.
owner-only = Esto es solo para el dueño del bot.
owner-in-private = Envíame esto en nuestro chat privado.

## /stats

stats-title = 📊 { $own ->
        [yes] Tus grabaciones,
       *[no] Todas las grabaciones,
    } { $period ->
        [hour] últimas { $count } horas
        [week] últimas { $count } semanas
       *[day] últimos { $count } días
    }
stats-notes = { $notes ->
        [0] Ninguna grabación llegó a ser texto.
        [one] { $notes } grabación, { DURATION($audio_s) }
       *[other] { $notes } grabaciones, { DURATION($audio_s) }
    }
stats-people = { $people ->
        [one] { $people } persona
       *[other] { $people } personas
    }
stats-wait = Espera hasta el texto: mediana { DURATION($median_s) }, el 95 % en { DURATION($p95_s) } o menos
stats-speed = RTF: { $speeds }
stats-failures = { $count ->
        [one] { $count } fallo
       *[other] { $count } fallos
    }: { $kinds }
stats-chart = Minutos de grabaciones por { $period ->
        [hour] hora
        [week] semana
       *[day] día
    }
stats-button = { $period ->
        [hour] Horas
        [week] Semanas
       *[day] Días
    }

stats-weekly-button = { $state ->
        [on] 🔔 Nota semanal: sí
       *[off] 🔕 Nota semanal: no
    }
stats-weekly-set = { $state ->
        [on] Te escribiré una vez por semana.
       *[off] Ya no habrá nota semanal.
    }

## Avisos al dueño

alert-disk = { $state ->
        [over] ✅ Vuelve a haber sitio en el disco: { SIZE($amount) } libres en { $subject }.
       *[begun] ⚠️ El disco está casi lleno: { SIZE($amount) } libres en { $subject }. Cuando se llene, las grabaciones esperarán hasta que haya sitio.
    }
alert-backlog = { $state ->
        [over] ✅ La cola vuelve a avanzar.
       *[begun] ⚠️ { $count ->
            [one] Espera { $count } grabación
           *[other] Esperan { $count } grabaciones
        }, la primera desde hace { DURATION($amount) }.
    }
alert-worker = { $state ->
        [over] ✅ El proceso { $subject } ha vuelto.
       *[begun] ⚠️ El proceso { $subject } ha desaparecido, { $count ->
            [0] y no queda ninguno: las grabaciones esperan.
            [one] y queda { $count }.
           *[other] y quedan { $count }.
        }
    }
alert-llm = { $state ->
        [over] ✅ { $subject ->
            [key] El modelo de lenguaje vuelve a aceptar LLM_KEY.
           *[model] LLM_MODEL vuelve a responder.
        }
       *[begun] ⚠️ { $subject ->
            [key] El servidor del modelo de lenguaje rechaza LLM_KEY, o su saldo se ha agotado. Hasta que se arregle, los botones bajo los textos no responden.
           *[model] El servidor del modelo de lenguaje no tiene ningún LLM_MODEL con ese nombre, o no hay nada en LLM_URL. Hasta que se arregle, los botones bajo los textos no responden.
        }
    }
alert-token = ✅ Telegram rechazó mi token durante { DURATION($amount) } y ahora vuelve a aceptarlo. Las grabaciones esperaron.

## Todo lo demás

admins-only = Solo los administradores del chat pueden cambiar esto.
rights-unknown = No pude preguntar a Telegram si eres administrador de este chat. Inténtalo otra vez dentro de un minuto.
access-refused = Lo siento, este bot es privado. Su dueño puede añadirte; tu id es { $id }.
throttled = Un momento, por favor.
stale-button = Este botón es demasiado antiguo. Envía el comando otra vez.
hint-text = Envíame un mensaje de voz y te respondo con su texto. Más en /help.
hint-text-links = Envíame un mensaje de voz, o un enlace a un archivo de audio o vídeo, y te respondo con su texto. Más en /help.
hint-command = No conozco este comando. /help muestra los que hay.
hint-other = Aquí no hay nada que escuchar. Envíame un mensaje de voz, audio o vídeo.
hint-document = Este archivo no tiene sonido. Envíame un mensaje de voz, audio o vídeo.

## Menú de comandos, 256 caracteres como máximo

command-mode = Qué mensajes de voz se convierten en texto
command-text = Como respuesta: qué dice ese mensaje de voz
command-model = Más exacto o más rápido
command-language = Qué idioma se habla
command-words = Nombres y términos bien escritos
command-speakers = Si los textos dicen quién habla
command-unsure = Si se subrayan las palabras dudosas
command-find = Buscar en tus textos
command-history = Todos tus textos
command-export = Todos tus textos en un zip
command-join = Como respuesta: varias grabaciones seguidas en un texto
command-settings = Todos los ajustes de este chat
command-cancel = Parar tus grabaciones en este chat
command-forget = Borrar todo lo tuyo que se guarda
command-stats = Cuánto se ha transcrito y con qué rapidez
command-users = Quién usa el bot y quién puede
command-invite = Un enlace para invitar
command-ban = No responder más a alguien
command-privacy = Qué se guarda
command-help = Qué sé hacer
