package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	toleranceSeconds = 300
	maxBytes         = 256 * 1024
)

var digits = regexp.MustCompile(`^[0-9]{1,12}$`)

// receiver takes deliveries. Its memory of events is a map; in production it is a table with the id as its key.
type receiver struct {
	key []byte
	sync.Mutex
	done map[string]bool // absent: new, false: in progress, true: done
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) < 24 {
		log.Fatal("WEBHOOK_SECRET is not whsec_ and the base64 of 24 bytes or more")
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	webhooks := &receiver{key: key, done: map[string]bool{}}
	mux := http.NewServeMux()
	control(mux, webhooks.forget)
	mux.Handle("/webhooks", webhooks)
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/webhooks\n", listener.Addr())
	log.Fatal(http.Serve(listener, mux))
}

func (re *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		refuse(w, http.StatusMethodNotAllowed, "method_not_allowed")
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "unsupported_media_type")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "body_too_large")
		return
	}
	if !re.authentic(r.Header, body) {
		refuse(w, http.StatusUnauthorized, "invalid_signature")
		return
	}
	var event struct {
		Type string
		Data json.RawMessage
	}
	if err := json.Unmarshal(body, &event); err != nil || event.Type == "" {
		refuse(w, http.StatusBadRequest, "unreadable_body")
		return
	}
	switch err := re.once(r.Header.Get("webhook-id"), func() error { return handle(event.Type, event.Data) }); {
	case errors.Is(err, errInProgress):
		refuse(w, http.StatusConflict, "event_in_progress")
	case err != nil:
		refuse(w, http.StatusInternalServerError, "processing_failed")
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

var errInProgress = errors.New("another copy of the event is being processed")

// once does the work of an event that is new. A failed event is forgotten, so that its next delivery is a first one.
func (re *receiver) once(id string, work func() error) error {
	re.Lock()
	done, known := re.done[id]
	if !known {
		re.done[id] = false
	}
	re.Unlock()
	if done {
		return nil
	}
	if known {
		return errInProgress
	}
	err := effect(id, work)
	re.Lock()
	defer re.Unlock()
	if err != nil {
		delete(re.done, id)
	} else {
		re.done[id] = true
	}
	return err
}

func (re *receiver) forget() {
	re.Lock()
	defer re.Unlock()
	re.done = map[string]bool{}
}

// authentic is Standard Webhooks: one v1 entry of the list has to be the MAC of id, timestamp and bytes, made within five minutes.
func (re *receiver) authentic(header http.Header, body []byte) bool {
	id, timestamp, list := only(header, "webhook-id"), only(header, "webhook-timestamp"), only(header, "webhook-signature")
	if id == "" || !digits.MatchString(timestamp) {
		return false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	if age := time.Now().Unix() - seconds; age > toleranceSeconds || age < -toleranceSeconds {
		return false
	}
	mac := hmac.New(sha256.New, re.key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	right := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, entry := range strings.Split(list, " ") {
		if hmac.Equal([]byte(entry), right) {
			return true
		}
	}
	return false
}

// only is the value of the one header of that name: Get would take the first of several.
func only(header http.Header, name string) string {
	if values := header.Values(name); len(values) == 1 {
		return values[0]
	}
	return ""
}

// handle is what an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all.
func handle(kind string, data json.RawMessage) error {
	if kind == "order.created" {
		fmt.Printf("an order was created: %s\n", data)
	}
	return nil
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": code, "message": strings.ReplaceAll(code, "_", " ")}})
}
