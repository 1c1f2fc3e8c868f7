package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"sync"
	"time"
)

// The control API of event-delivery-conformance for net/http: shows the harness what took effect, and lets it ask for a
// failure. For test builds: without CONFORMANCE_CONTROL=1 nothing is served and nothing is remembered.

type tookEffect struct {
	Event string `json:"event"`
	At    string `json:"at"`
}

var conformance = struct {
	sync.Mutex
	enabled bool
	effects []tookEffect
	faults  map[string]int
}{enabled: os.Getenv("CONFORMANCE_CONTROL") == "1", faults: map[string]int{}}

// effect does the work of an event, and remembers that it took effect. It fails without doing it when the harness asked for a failure.
func effect(event string, work func() error) error {
	conformance.Lock()
	due := conformance.faults[event]
	if due > 0 {
		conformance.faults[event] = due - 1
	}
	conformance.Unlock()
	if due > 0 {
		return errors.New("the harness asked for this failure")
	}
	if err := work(); err != nil {
		return err
	}
	if conformance.enabled {
		conformance.Lock()
		conformance.effects = append(conformance.effects, tookEffect{event, time.Now().UTC().Format(time.RFC3339Nano)})
		conformance.Unlock()
	}
	return nil
}

// control adds the routes of the control API, none in production. forget empties the application's own memory of events.
func control(mux *http.ServeMux, forget func()) {
	if !conformance.enabled {
		return
	}
	manifest := func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"name": "webhook-receiver", "version": "1.0.0", "roles": []string{"consumer"}, "capabilities": map[string]any{}, "control": "/_conformance"})
	}
	mux.HandleFunc("/.well-known/event-conformance", manifest)
	mux.HandleFunc("/_conformance", manifest)
	mux.HandleFunc("/_conformance/reset", func(w http.ResponseWriter, _ *http.Request) {
		conformance.Lock()
		conformance.effects, conformance.faults = nil, map[string]int{}
		conformance.Unlock()
		forget()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("/_conformance/effects", func(w http.ResponseWriter, r *http.Request) {
		wanted := r.URL.Query().Get("event")
		found := []tookEffect{}
		conformance.Lock()
		for _, each := range conformance.effects {
			if wanted == "" || wanted == each.Event {
				found = append(found, each)
			}
		}
		conformance.Unlock()
		answer(w, map[string]any{"effects": found})
	})
	mux.HandleFunc("/_conformance/faults", func(w http.ResponseWriter, r *http.Request) {
		var fault struct {
			Event string
			Times int
		}
		if err := json.NewDecoder(r.Body).Decode(&fault); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		conformance.Lock()
		conformance.faults[fault.Event] = fault.Times
		conformance.Unlock()
		w.WriteHeader(http.StatusNoContent)
	})
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
