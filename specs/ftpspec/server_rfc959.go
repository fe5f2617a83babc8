package ftpspec

// rfc959Rows are the server cases of RFC 959.
func rfc959Rows() []serverCase {
	return []serverCase{
		{name: "noop-ok", deviations: []string{"noop-refused"}, run: func(d *driver) {
			d.login().expect("200", "NOOP")
		}},
		{name: "retr-copy", deviations: []string{"retr-misses-end"}, run: func(d *driver) {
			s := d.login()
			f := s.file("octets/all.bin")
			s.same("the file", s.retr(f.path), f.data)
		}},
		{name: "store-retrieve-identical", mutates: true, deviations: []string{"stor-misses-end"}, run: func(d *driver) {
			s := d.scratch()
			octets := s.fixture("octets/random.bin")
			s.stor("stored", octets)
			s.same("the file that was stored", s.given().retr("stored"), octets)
		}},
		{name: "mkd-creates", mutates: true, deviations: []string{"mkd-nothing"}, run: func(d *driver) {
			s := d.scratch()
			s.expect("257", "MKD made")
			s.expect("250 200", "CWD made")
		}},
	}
}
