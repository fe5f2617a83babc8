package ftp

// Telnet commands in use on a control connection (RFC 854; RFC 959 section 4.1.3 and RFC 1123 section 4.1.2.12).
const (
	telnetSE   = 240
	telnetDM   = 242
	telnetIP   = 244
	telnetSB   = 250
	telnetWILL = 251
	telnetWONT = 252
	telnetDO   = 253
	telnetDONT = 254
	telnetIAC  = 255
)

// Synch is what precedes ABOR, STAT and QUIT during a transfer: Telnet "Interrupt Process", and the "Synch" signal, whose last octet (DM) is sent as
// urgent data (RFC 959 section 4.1.3).
const Synch = "\xff\xf4\xff\xf2"

// Telnet is what a line of the control connection held besides its text.
type Telnet struct {
	// Answer is what has to be sent to the peer: a refusal of each option that it asked for or offered.
	Answer []byte
	// Interrupt says that "Interrupt Process" was among the commands.
	Interrupt bool
}

// StripTelnet takes Telnet commands out of a line, in place, and returns the text that is left (RFC 1123 section 4.1.2.12: a server ignores or handles what
// it is sent). A doubled IAC is one octet 255 of the text. An IAC that no command follows is dropped alone: a server reads so the Synch
// signal, when its urgent octet came out of band. A subnegotiation is dropped to its end, or to the end of the line.
func StripTelnet(line []byte) (text []byte, t Telnet) {
	i := 0
	for i < len(line) && line[i] != telnetIAC {
		i++
	}
	if i == len(line) {
		return line, t
	}
	text = line[:i]
	for i < len(line) {
		c := line[i]
		i++
		if c != telnetIAC {
			text = append(text, c)
			continue
		}
		if i == len(line) {
			break
		}
		c = line[i]
		switch {
		case c == telnetIAC:
			text = append(text, c)
			i++
		case c == telnetWILL || c == telnetWONT || c == telnetDO || c == telnetDONT:
			i++
			if i == len(line) {
				break
			}
			// The options are refused in the way that RFC 854 wants: WILL by DONT, DO by WONT; what turns one off needs no answer.
			switch c {
			case telnetWILL:
				t.Answer = append(t.Answer, telnetIAC, telnetDONT, line[i])
			case telnetDO:
				t.Answer = append(t.Answer, telnetIAC, telnetWONT, line[i])
			}
			i++
		case c == telnetSB:
			i++
			for i < len(line) && !(line[i] == telnetSE && line[i-1] == telnetIAC) {
				i++
			}
			i = min(i+1, len(line))
		case c >= telnetSE:
			t.Interrupt = t.Interrupt || c == telnetIP
			i++
		}
	}
	return text, t
}
