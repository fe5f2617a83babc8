package pop3mock

import (
	"fmt"
	"strings"
)

// text is a human-readable text of a reply, in English; a format of package fmt.
type text string

// The texts. Each language has all of them.
const (
	textBye             text = "harness POP3 mock signing off"
	textByeLeft         text = "harness POP3 mock signing off, %d messages left"
	textNotRemoved      text = "some deleted messages not removed"
	textUnknown         text = "unknown command"
	textUnimplemented   text = "not implemented: %s"
	textSyntax          text = "syntax error: expected %s"
	textState           text = "%s is not valid in the %s state"
	textEarly           text = "command sent before the last reply, and PIPELINING is not offered"
	textUserOK          text = "send PASS"
	textPassFirst       text = "send USER just before PASS"
	textWrong           text = "user name or password is wrong"
	textNotUTF8         text = "user name or password is not well-formed"
	textInUse           text = "the maildrop is in use by another session"
	textTooSoon         text = "logged in too recently; wait %d seconds"
	textRefused         text = "the maildrop cannot be opened"
	textOtherMethod     text = "this mailbox is logged into by %s"
	textNeedTLS         text = "begin TLS first"
	textOpened          text = "the maildrop has %d messages"
	textNoMechanism     text = "mechanism not supported: %s"
	textCancelled       text = "authentication cancelled"
	textBase64          text = "not base64"
	textNoInitial       text = "the mechanism takes no initial response"
	textSASL            text = "authentication failed"
	textMessages        text = "%d messages, %d octets"
	textOctets          text = "%d octets"
	textListing         text = "listing follows"
	textTop             text = "top of message follows"
	textNoMessage       text = "no such message, there are %d"
	textDeleted         text = "message %d is deleted"
	textMarked          text = "message %d deleted"
	textNoop            text = "nothing done"
	textReset           text = "no marks any more, the maildrop has %d messages"
	textCapabilities    text = "capability list follows"
	textSTLS            text = "begin TLS negotiation"
	textTLSActive       text = "TLS is active already"
	textTLSAfterUTF8    text = "STLS comes before UTF8"
	textTLSAhead        text = "commands were sent behind STLS"
	textUTF8            text = "UTF-8 mode"
	textNeedsUTF8       text = "the message needs UTF-8 mode"
	textLanguages       text = "language listing follows"
	textLanguage        text = "language changed"
	textNoLanguage      text = "no such language: %s"
	textTooLong         text = "line too long"
	textAuthDone        text = "authenticated already"
	textAutologout      text = "autologout"
	textFailedForReason text = "the server failed"
)

type language struct {
	tag, name string
	texts     map[text]string // nil for English
}

// languages are those that LANG offers. Their texts have characters outside ASCII on purpose.
var languages = []language{
	{tag: "en", name: "English"},
	{tag: "de", name: "Deutsch", texts: map[text]string{
		textBye:             "Auf Wiederhören vom harness-POP3-Mock",
		textByeLeft:         "Auf Wiederhören vom harness-POP3-Mock, %d Nachrichten übrig",
		textNotRemoved:      "einige gelöschte Nachrichten wurden nicht entfernt",
		textUnknown:         "unbekannter Befehl für diesen Server",
		textUnimplemented:   "nicht verfügbar: %s",
		textSyntax:          "Syntaxfehler: es fehlt für den Befehl: %s",
		textState:           "%s ist im Zustand %s nicht zulässig",
		textEarly:           "Befehl vor der letzten Antwort gesendet, dafür fehlt PIPELINING",
		textUserOK:          "nun PASS für diesen Namen",
		textPassFirst:       "USER gehört unmittelbar vor PASS, bitte zurück",
		textWrong:           "Name oder Passwort ungültig",
		textNotUTF8:         "Name oder Passwort ist kein gültiger Text",
		textInUse:           "das Postfach ist für eine andere Sitzung geöffnet",
		textTooSoon:         "zu früh angemeldet; noch %d Sekunden",
		textRefused:         "das Postfach lässt sich nicht öffnen",
		textOtherMethod:     "dieses Postfach wird über %s geöffnet",
		textNeedTLS:         "zunächst ist TLS nötig",
		textOpened:          "das Postfach enthält %d Nachrichten",
		textNoMechanism:     "Verfahren nicht verfügbar: %s",
		textCancelled:       "Anmeldung abgebrochen, zurück zum Anfang",
		textBase64:          "kein gültiges Base64",
		textNoInitial:       "das Verfahren verträgt keine erste Antwort",
		textSASL:            "Anmeldung ungültig",
		textMessages:        "%d Nachrichten, Größe %d",
		textOctets:          "Größe %d",
		textListing:         "Aufzählung folgt",
		textTop:             "Anfang der gewünschten Nachricht folgt",
		textNoMessage:       "keine solche Nachricht, verfügbar sind %d",
		textDeleted:         "Nachricht %d ist gelöscht",
		textMarked:          "Nachricht %d wird gelöscht",
		textNoop:            "nichts ausgeführt",
		textReset:           "das Postfach enthält wieder %d Nachrichten",
		textCapabilities:    "Fähigkeiten folgen",
		textSTLS:            "TLS möge beginnen, bitte schön",
		textTLSActive:       "TLS läuft bereits",
		textTLSAfterUTF8:    "STLS gehört vor UTF8",
		textTLSAhead:        "Befehle hinter STLS sind unzulässig",
		textUTF8:            "UTF-8 ist nun gültig",
		textNeedsUTF8:       "die Nachricht benötigt UTF-8",
		textLanguages:       "verfügbare Sprachen folgen",
		textLanguage:        "Sprache geändert",
		textNoLanguage:      "Sprache nicht verfügbar: %s",
		textTooLong:         "Zeile zu lang für diesen Server",
		textAuthDone:        "Anmeldung ist bereits gültig",
		textAutologout:      "Zeitüberschreitung",
		textFailedForReason: "Störung im Server",
	}},
	{tag: "es", name: "Español", texts: map[text]string{
		textBye:             "adiós, dice el servidor POP3 de harness; ¡hasta mañana!",
		textByeLeft:         "adiós, dice el servidor POP3 de harness; aún hay %d mensajes",
		textNotRemoved:      "algunos mensajes borrados están aún aquí",
		textUnknown:         "la orden no está en el catálogo",
		textUnimplemented:   "no está disponible aquí: %s (aún)",
		textSyntax:          "error de sintaxis, se requería además: %s",
		textState:           "%s no es válido en el estado %s",
		textEarly:           "orden enviada antes de la última respuesta sin PIPELINING",
		textUserOK:          "envíe PASS",
		textPassFirst:       "envíe USER antes de PASS",
		textWrong:           "nombre o contraseña no válidos",
		textNotUTF8:         "nombre o contraseña con codificación errónea",
		textInUse:           "el buzón está en uso por otra sesión",
		textTooSoon:         "última conexión demasiado reciente; espere %d segundos",
		textRefused:         "el buzón no se puede abrir aún",
		textOtherMethod:     "este buzón se abre con %s",
		textNeedTLS:         "TLS es aquí obligatorio",
		textOpened:          "el buzón tiene %d mensajes",
		textNoMechanism:     "método no disponible: %s",
		textCancelled:       "autenticación cancelada",
		textBase64:          "esto no es Base64 válido",
		textNoInitial:       "el método no admite respuesta inicial",
		textSASL:            "autenticación no válida",
		textMessages:        "%d mensajes, tamaño %d",
		textOctets:          "tamaño %d",
		textListing:         "a continuación la relación",
		textTop:             "a continuación la cabecera",
		textNoMessage:       "no hay tal mensaje; el buzón tiene %d",
		textDeleted:         "el mensaje %d está borrado",
		textMarked:          "mensaje %d borrado; está marcado",
		textNoop:            "no se ha hecho nada; aquí está todo igual, señor",
		textReset:           "el buzón tiene otra vez %d mensajes",
		textCapabilities:    "a continuación las extensiones según CAPA",
		textSTLS:            "comience la negociación TLS",
		textTLSActive:       "TLS ya está activo",
		textTLSAfterUTF8:    "STLS está permitido sólo antes de UTF8",
		textTLSAhead:        "hay órdenes detrás de STLS",
		textUTF8:            "UTF-8 está activo",
		textNeedsUTF8:       "el mensaje requiere UTF-8, que no está activo",
		textLanguages:       "a continuación los idiomas según su código",
		textLanguage:        "idioma cambiado a español",
		textNoLanguage:      "el idioma no está disponible: %s",
		textTooLong:         "línea demasiado larga",
		textAuthDone:        "la sesión ya está autenticada",
		textAutologout:      "sesión caducada",
		textFailedForReason: "el servidor tiene una avería",
	}},
}

func languageTags() []string {
	var tags []string
	for _, l := range languages {
		tags = append(tags, l.tag)
	}
	return tags
}

// matchLanguage finds the first language that matches a basic language range by RFC 4647 section 3.3.1: the range is the tag, or the tag
// goes on behind it with a hyphen.
func matchLanguage(r string) (tag string, ok bool) {
	for _, l := range languages {
		if strings.EqualFold(l.tag, r) || len(l.tag) > len(r) && l.tag[len(r)] == '-' && strings.EqualFold(l.tag[:len(r)], r) {
			return l.tag, true
		}
	}
	return "", false
}

// say returns the text in a language.
func say(tag string, t text, args ...any) string {
	format := string(t)
	for _, l := range languages {
		if l.tag == tag && l.texts != nil {
			format = l.texts[t]
		}
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}
