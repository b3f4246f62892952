// Holds files with dashboards to Grafana's schema, strictly: a field that it does not know, or a value that
// it does not allow, is named on standard error, and the exit status is 1.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	status := 0
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %s\n", path, err)
			status = 1
		}
	}
	os.Exit(status)
}

func check(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	page := dashboard.NewDashboard()
	if err := found(page.UnmarshalJSONStrict(raw)); err != nil {
		return err
	}
	return found(page.Validate())
}

// found leaves out the empty list of errors that the library returns where there is none.
func found(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}
