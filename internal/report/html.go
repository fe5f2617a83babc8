package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
	"sync"
)

//go:embed report.html.tmpl
var page string

var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"class": func(v Verdict) string { return strings.ReplaceAll(string(v), " ", "-") },
		"zero": func(n int) string {
			if n == 0 {
				return "zero"
			}
			return ""
		},
	}).Parse(page))
})

// WriteHTML writes the report as one page that needs nothing beside it: no script, style sheet, font or image from elsewhere.
func WriteHTML(w io.Writer, r *Report) error { return pageTemplate().Execute(w, r) }
