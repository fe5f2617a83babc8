package conn

// WriteUrgent writes p, what W has buffered before it, as TCP urgent data whose last octet is the mark (RFC 959 section 4.1.3 has Telnet's Synch
// sent so). Under TLS, and on transports without urgent data, p is written like other octets. It is used inside Do.
func (c *Conn) WriteUrgent(p []byte) error {
	if err := c.W.Flush(); err != nil {
		return err
	}
	if _, secure := c.TLS(); !secure && len(p) > 0 {
		if done, err := writeUrgent(c.raw, p); done {
			if err == nil {
				c.sent(p)
			}
			return err
		}
	}
	if _, err := c.W.Write(p); err != nil {
		return err
	}
	return c.W.Flush()
}
