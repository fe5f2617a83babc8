package smtpspec

import "slices"

// Who sends mail in client cases, and who gets it.
const (
	ada  = "ada@example.com"
	bert = "bert@example.org"
	cleo = "cleo@example.org"
	dora = "dora@example.org"
)

// sample is a message.
const sample = "From: Ada <ada@example.com>\r\nTo: Bert <bert@example.org>\r\nSubject: a test\r\nDate: Mon, 23 Nov 2026 10:30:00 +0000\r\n" +
	"Message-ID: <1@harness.invalid>\r\n\r\nSome text.\r\n"

// letter is the sample message to recipients; bert if there are none.
func letter(to ...string) Message {
	if len(to) == 0 {
		to = []string{bert}
	}
	m := Message{From: ada, Content: []byte(sample)}
	for _, a := range to {
		m.To = append(m.To, Recipient{Address: a})
	}
	return m
}

// clientRows are the client cases of all RFCs. Each file of cases has its line.
func clientRows() []clientCase {
	return slices.Concat(
		sessionRows(),
		commandRows(),
		replyRows(),
		bodyRows(),
		envelopeRows(),
		dsnRows(),
		timeRows(),
		utf8Rows(),
		pipeliningRows(),
		chunkRows(),
		lmtpRows(),
		clientTLSRows(),
		clientAuthRows(),
	)
}
