package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"harness/internal/ca"
	"harness/internal/report"
)

func (a *app) caCmd() *cobra.Command {
	var dir, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "ca",
		Short: "Print the certificate that the mocks and the recorder are trusted by",
		Long: `ca prints the certificate of the harness's own authority in PEM form, and says on standard error where it lies.
The authority is made at first use, and kept; serve, record and replay sign their certificates with it.`,
		Example: `  harness ca > harness-ca.pem
  harness ca --out harness-ca.pem && curl --cacert harness-ca.pem pop3s://127.0.0.1:1995/`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			authority, err := ca.Load(dir)
			if err != nil {
				return err
			}
			cert := authority.Certificate()
			if out != "" {
				if err := report.WriteFile(out, func(w io.Writer) error { _, err := w.Write(authority.PEM()); return err }); err != nil {
					return fmt.Errorf("write the certificate: %w", err)
				}
			}
			if asJSON {
				file, err := filepath.Abs(authority.File())
				if err != nil {
					return err
				}
				return json.NewEncoder(a.stdout).Encode(struct {
					File      string    `json:"file"`
					Subject   string    `json:"subject"`
					NotBefore time.Time `json:"notBefore"`
					NotAfter  time.Time `json:"notAfter"`
					PEM       string    `json:"pem"`
				}{file, cert.Subject.String(), cert.NotBefore, cert.NotAfter, string(authority.PEM())})
			}
			if out == "" {
				if _, err := a.stdout.Write(authority.PEM()); err != nil {
					return err
				}
			} else {
				fmt.Fprintf(a.stderr, "written to %s\n", out)
			}
			fmt.Fprintf(a.stderr, "the authority's certificate is %s, valid until %s\n", authority.File(), cert.NotAfter.Format(time.DateOnly))
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the certificate to this `file` instead of standard output")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object: file, subject, notBefore, notAfter, pem")
	addCADir(cmd, &dir)
	return cmd
}

// addCADir adds the flag that says where the authority is kept.
func addCADir(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "ca-dir", "", "`directory` of the harness's own authority (default the user's configuration directory)")
	if err := cmd.MarkFlagDirname("ca-dir"); err != nil {
		panic(err) // the flag was added in the line before
	}
}
