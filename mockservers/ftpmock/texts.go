package ftpmock

import (
	"fmt"
	"strings"
)

// text is a human-readable text of a reply, in English; a format of package fmt.
type text string

// The texts. Each language has all of them.
const (
	textUnknown       text = "Unknown command"
	textUnimplemented text = "%s is not implemented"
	textSyntax        text = "Syntax error: expected %s"
	textSyntaxOf      text = "Syntax: %s"
	textTooLong       text = "Line too long"
	textLoginFirst    text = "Log in with USER and PASS first"
	textIdle          text = "Idle for too long; closing the connection"
	textShutdown      text = "The server shuts down; closing the connection"
	textBye           text = "Goodbye"
	textNoop          text = "Nothing done"
	textEnd           text = "End"

	textPassword            text = "Password required"
	textAnonymousPassword   text = "Anonymous login: send an e-mail address as password"
	textUserFirst           text = "Send USER first"
	textWrong               text = "User name, password or account is wrong"
	textTooManyLogins       text = "Too many failed logins; closing the connection"
	textAccount             text = "Account required"
	textAccountNeedless     text = "No account is needed"
	textLoggedIn            text = "Logged in"
	textLoggedInAnonymously text = "Logged in anonymously"
	textLoggedInSecurely    text = "Logged in by certificate"
	textRefused             text = "The login is refused"
	textHost                text = "Virtual host %s"
	textHostFirst           text = "HOST comes before the login"
	textBadHost             text = "Not a hostname"
	textNoHost              text = "There is no virtual host %s"

	textAuth            text = "Begin TLS negotiation"
	textAuthFirst       text = "Begin TLS with AUTH first"
	textNoMechanism     text = "There is no mechanism %s"
	textTLSActive       text = "TLS is active already"
	textTLSAhead        text = "Commands were sent behind AUTH; closing the connection"
	textNeedTLS         text = "Begin TLS with AUTH first: it is required"
	textPbsz            text = "PBSZ=0"
	textPbszFirst       text = "Send PBSZ first"
	textProt            text = "Protection level of data connections is %s"
	textNoLevel         text = "There is no protection level %s"
	textLevelNotOffered text = "Protection level %s is not offered over TLS"
	textNeedProtP       text = "Data connections need PROT P"
	textNotProtected    text = "The control connection is not protected"
	textCcc             text = "The control connection goes back to the clear"
	textHandshake       text = "TLS negotiation on the data connection failed"
	textNotResumed      text = "The data connection must resume the TLS session of the control connection"

	textFeatures   text = "Features:"
	textNoFeatures text = "No features"
	textOptions    text = "Option set"
	textNoOptions  text = "%s has no options"
	textBadOptions text = "Option not understood"
	textUTF8       text = "Pathnames are UTF-8"
	textUTF8Always text = "Pathnames are always UTF-8"
	textLanguage   text = "Texts are in English"
	textNoLanguage text = "There is no language %s"
	textHelp       text = "Commands:"
	textNoHelp     text = "There is no command %s"
	textSiteHelp   text = "SITE commands:"
	textNoSite     text = "There is no SITE command %s"

	textType            text = "Type is %s"
	textNoType          text = "Type %s is not implemented"
	textStructure       text = "Structure is %s"
	textNoStructure     text = "Structure %s is not implemented here"
	textMode            text = "Mode is %s"
	textNoMode          text = "Mode %s is not implemented here"
	textPassive         text = "Entering Passive Mode (%s)"
	textPassiveBare     text = "Entering Passive Mode %s"
	textPassiveEquals   text = "Entering Passive Mode =%s"
	textExtendedPassive text = "Entering Extended Passive Mode %s"
	textPasvIPv4        text = "PASV is for IPv4: use EPSV"
	textEpsvAll         text = "EPSV ALL was sent: only EPSV is allowed"
	textEpsvAllOK       text = "Only EPSV from now on"
	textNetwork         text = "Network protocol not supported, use"
	textNoPort          text = "No port is free for a data connection"
	textPort            text = "Data connections go to that address"
	textForeign         text = "Data connections go to the client's own address only"
	textLowPort         text = "Data connections go to ports from 1024 on only"
	textRestart         text = "Restarting at %s; send the transfer command"
	textBadRestart      text = "Cannot restart at %d: the file has %d octets"
	textAllo            text = "There is room"

	textOpening         text = "Opening %s mode data connection for %s (%d bytes)"
	textReceiving       text = "Opening %s mode data connection to receive %s"
	textListing         text = "Opening data connection for the listing"
	textTransferred     text = "Transfer complete"
	textTransferAborted text = "Transfer aborted"
	textAborted         text = "ABOR: the transfer was aborted"
	textNothingToAbort  text = "ABOR: no transfer is in progress"
	textNoData          text = "Cannot open the data connection"
	textLost            text = "The data connection was lost; transfer aborted"
	textBadData         text = "The data is malformed"
	textLocalError      text = "Local error"

	textNoSuchFile       text = "No such file or directory"
	textExists           text = "Exists already"
	textPermission       text = "Permission denied"
	textReadOnly         text = "Read-only"
	textQuota            text = "Quota exceeded"
	textNotDirectory     text = "Not a directory"
	textIsDirectory      text = "Is a directory"
	textNotPlain         text = "Not a plain file"
	textNotEmpty         text = "Directory not empty"
	textBadName          text = "Name not allowed"
	textLoop             text = "Too many symbolic links"
	textASCIIOnly        text = "Names are ASCII here"
	textDirectoryChanged text = "Directory is now %s"
	textCurrentDirectory text = "is the current directory"
	textDirectoryMade    text = "was made"
	textDirectoryRemoved text = "Directory removed"
	textDeleted          text = "Deleted"
	textRenameTo         text = "Send RNTO"
	textRenameFirst      text = "Send RNFR just before RNTO"
	textRenamed          text = "Renamed"
	textNoMount          text = "There is nothing to mount as %s"
	textMounted          text = "%s is mounted"
	textNoSizeInType     text = "SIZE is not available in type %s"
	textBadTime          text = "Not a time: %s"
	textListed           text = "Listing %s"
	textChmod            text = "Permissions are %s"
	textIdleTime         text = "Idle time is %d seconds"
	textLinked           text = "Link made"
	textUmask            text = "UMASK is %03o"
	textUtime            text = "Time set"

	textStatus           text = "Status of the harness FTP mock:"
	textStatusOf         text = "Status of %s:"
	textStatusFrom       text = "Connected from %s"
	textStatusUser       text = "Logged in as %s"
	textStatusParameters text = "TYPE %s, STRU %s, MODE %s"
	textStatusKept       text = "A data connection is open"
	textStatusListening  text = "Listening for data on %s"
	textStatusActive     text = "Data connections go to %s"
	textStatusTLS        text = "TLS, PROT %s"
	textStatusOpening    text = "%s %s: waiting for the data connection"
	textStatusTransfer   text = "%s %s: %d octets so far"
)

type language struct {
	tag   string
	texts map[text]string // nil for English
}

// languages are those that LANG offers.
var languages = []language{
	{tag: "en"},
	{tag: "de", texts: map[text]string{
		textUnknown:       "Unbekannter Befehl",
		textUnimplemented: "%s ist nicht verfügbar",
		textSyntax:        "Syntaxfehler: erwartet wird %s",
		textSyntaxOf:      "Syntax: %s",
		textTooLong:       "Zeile zu lang",
		textLoginFirst:    "Zunächst mit USER und PASS anmelden",
		textIdle:          "Zu lange untätig; die Verbindung wird geschlossen",
		textShutdown:      "Der Server fährt herunter; die Verbindung wird geschlossen",
		textBye:           "Auf Wiederhören",
		textNoop:          "Nichts ausgeführt",
		textEnd:           "Ende",

		textPassword:            "Passwort nötig",
		textAnonymousPassword:   "Anonyme Anmeldung: E-Mail-Adresse genügt als Passwort",
		textUserFirst:           "Zunächst USER senden",
		textWrong:               "Name, Passwort oder Konto ungültig",
		textTooManyLogins:       "Zu viele ungültige Anmeldungen; die Verbindung wird geschlossen",
		textAccount:             "Konto nötig",
		textAccountNeedless:     "Ein Konto ist nicht nötig",
		textLoggedIn:            "Angemeldet; schön, dass Sie da sind",
		textLoggedInAnonymously: "Anonym angemeldet; schön, dass Sie da sind",
		textLoggedInSecurely:    "Über ein Zertifikat angemeldet",
		textRefused:             "Die Anmeldung ist nicht möglich",
		textHost:                "Virtueller Host %s gewählt",
		textHostFirst:           "HOST gehört vor die Anmeldung",
		textBadHost:             "Kein gültiger Hostname",
		textNoHost:              "Den virtuellen Host %s gibt es nicht; bitte anderen wählen",

		textAuth:            "TLS möge beginnen",
		textAuthFirst:       "Zunächst TLS mit AUTH beginnen",
		textNoMechanism:     "Das Verfahren %s ist nicht verfügbar",
		textTLSActive:       "TLS läuft schon; ändern geht nicht",
		textTLSAhead:        "Befehle hinter AUTH sind unzulässig; die Verbindung wird geschlossen",
		textNeedTLS:         "Zunächst TLS mit AUTH beginnen: es ist nötig",
		textPbsz:            "PBSZ=0",
		textPbszFirst:       "Zunächst PBSZ senden",
		textProt:            "Datenverbindungen sind nun auf Schutzstufe %s; gültig ab jetzt",
		textNoLevel:         "Schutzstufe %s gibt es nicht",
		textLevelNotOffered: "Schutzstufe %s ist über TLS nicht verfügbar",
		textNeedProtP:       "Für Datenverbindungen ist PROT P nötig",
		textNotProtected:    "Die Steuerverbindung ist nicht geschützt",
		textCcc:             "Die Steuerverbindung wird wieder unverschlüsselt",
		textHandshake:       "TLS ließ sich auf der Datenverbindung nicht aushandeln",
		textNotResumed:      "Die Datenverbindung muss die TLS-Sitzung der Steuerverbindung fortführen",

		textFeatures:   "Fähigkeiten:",
		textNoFeatures: "Keine Fähigkeiten",
		textOptions:    "Option gewählt",
		textNoOptions:  "Für %s gibt es keine Optionen",
		textBadOptions: "Option ungültig",
		textUTF8:       "Pfade sind in UTF-8",
		textUTF8Always: "Pfade sind immer in UTF-8",
		textLanguage:   "Texte gibt es nun auf Deutsch; schöne Grüße",
		textNoLanguage: "Die Sprache %s ist nicht verfügbar",
		textHelp:       "Verfügbare Befehle:",
		textNoHelp:     "Den Befehl %s gibt es nicht",
		textSiteHelp:   "Verfügbare SITE-Befehle:",
		textNoSite:     "Den SITE-Befehl %s gibt es nicht",

		textType:            "Typ ist nun %s",
		textNoType:          "Typ %s ist nicht verfügbar",
		textStructure:       "Struktur ist nun %s",
		textNoStructure:     "Struktur %s ist hier nicht verfügbar",
		textMode:            "Modus ist nun %s",
		textNoMode:          "Modus %s ist hier nicht verfügbar",
		textPassive:         "Passiver Modus gewählt (%s)",
		textPassiveBare:     "Passiver Modus gewählt %s",
		textPassiveEquals:   "Passiver Modus gewählt =%s",
		textExtendedPassive: "Erweiterter passiver Modus gewählt %s",
		textPasvIPv4:        "PASV ist für IPv4: bitte EPSV wählen",
		textEpsvAll:         "Nach EPSV ALL ist nur EPSV zulässig",
		textEpsvAllOK:       "Zulässig ist nun nur EPSV",
		textNetwork:         "Dieses Netzprotokoll ist nicht verfügbar, möglich ist",
		textNoPort:          "Für eine Datenverbindung ist kein Port verfügbar",
		textPort:            "Datenverbindungen führen nun dorthin",
		textForeign:         "Datenverbindungen führen nur zur eigenen Adresse des Clients",
		textLowPort:         "Datenverbindungen führen nur zu Ports ab 1024",
		textRestart:         "Fortsetzung bei %s; nun den Befehl für die Übertragung senden",
		textBadRestart:      "Bei %d geht es nicht weiter: die Datei hat die Größe %d",
		textAllo:            "Der Platz genügt",

		textOpening:         "Datenverbindung im Modus %s für %s, Größe %d",
		textReceiving:       "Datenverbindung im Modus %s zur Übernahme von %s",
		textListing:         "Datenverbindung für die Aufzählung",
		textTransferred:     "Übertragung abgeschlossen",
		textTransferAborted: "Übertragung abgebrochen",
		textAborted:         "ABOR: die Übertragung wurde abgebrochen",
		textNothingToAbort:  "ABOR: keine Übertragung ist im Gange",
		textNoData:          "Die Datenverbindung lässt sich nicht öffnen",
		textLost:            "Die Datenverbindung ging verloren; Übertragung abgebrochen",
		textBadData:         "Die Daten sind ungültig",
		textLocalError:      "Störung im Server",

		textNoSuchFile:       "Datei oder Verzeichnis nicht verfügbar",
		textExists:           "gibt es schon; nichts geändert",
		textPermission:       "nicht zulässig",
		textReadOnly:         "nur lesbar, nicht änderbar",
		textQuota:            "Speicherplatz erschöpft",
		textNotDirectory:     "kein Verzeichnis",
		textIsDirectory:      "ein Verzeichnis",
		textNotPlain:         "keine gewöhnliche Datei",
		textNotEmpty:         "Verzeichnis nicht leer; bitte zunächst räumen",
		textBadName:          "Name unzulässig",
		textLoop:             "zu viele symbolische Verknüpfungen",
		textASCIIOnly:        "Namen sind hier in ASCII; Umlaute unzulässig",
		textDirectoryChanged: "Verzeichnis gewählt: %s",
		textCurrentDirectory: "ist das gewählte Verzeichnis",
		textDirectoryMade:    "ist nun verfügbar",
		textDirectoryRemoved: "Verzeichnis gelöscht",
		textDeleted:          "Gelöscht",
		textRenameTo:         "Nun RNTO mit dem künftigen Namen senden",
		textRenameFirst:      "RNFR gehört unmittelbar vor RNTO",
		textRenamed:          "Name geändert",
		textNoMount:          "Unter %s ist nichts verfügbar",
		textMounted:          "%s ist nun eingehängt",
		textNoSizeInType:     "SIZE ist im Typ %s nicht verfügbar",
		textBadTime:          "Ungültige Zeit: %s",
		textListed:           "Aufzählung von %s",
		textChmod:            "Zugriffsrechte geändert: %s",
		textIdleTime:         "Untätig darf die Sitzung %d Sekunden sein",
		textLinked:           "Verknüpfung angelegt",
		textUmask:            "UMASK ist %03o",
		textUtime:            "Zeit geändert",

		textStatus:           "Zustand des harness-FTP-Mocks:",
		textStatusOf:         "Zustand von %s:",
		textStatusFrom:       "Verbindung von %s",
		textStatusUser:       "Angemeldet als %s",
		textStatusParameters: "TYPE %s, STRU %s, MODE %s",
		textStatusKept:       "Eine Datenverbindung ist geöffnet",
		textStatusListening:  "Datenverbindung möglich auf %s",
		textStatusActive:     "Datenverbindungen führen zu %s",
		textStatusTLS:        "TLS, PROT %s",
		textStatusOpening:    "%s %s: die Datenverbindung steht noch aus",
		textStatusTransfer:   "%s %s: %d Oktette bisher übertragen",
	}},
	{tag: "en-GB"},
}

func languageTags() []string {
	var tags []string
	for _, l := range languages {
		tags = append(tags, l.tag)
	}
	return tags
}

// matchLanguage finds the language of a tag; of one with sub-tags that there is not, the one of its primary tag (RFC 2640 section 4.2).
func matchLanguage(tag string) (string, bool) {
	primary, _, _ := strings.Cut(tag, "-")
	for _, want := range []string{tag, primary} {
		for _, l := range languages {
			if strings.EqualFold(l.tag, want) {
				return l.tag, true
			}
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
