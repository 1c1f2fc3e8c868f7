<?php

require __DIR__ . '/conformance_control.php';

const TOLERANCE_SECONDS = 300;
const MAX_BYTES = 256 * 1024;

$key = base64_decode(preg_replace('/^whsec_/', '', (string) getenv('WEBHOOK_SECRET')), true);
if ($key === false || strlen($key) < 24) {
    error_log('WEBHOOK_SECRET is not whsec_ and the base64 of 24 bytes or more');
    refuse(500, 'not_configured');
}
ConformanceControl::serve(forget: fn () => array_map('unlink', glob(memory() . '/*')));

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) !== '/webhooks') {
    refuse(404, 'not_found');
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Allow: POST');
    refuse(405, 'method_not_allowed');
}
if (!preg_match('#^application/json\s*(;|$)#i', $_SERVER['CONTENT_TYPE'] ?? '')) {
    refuse(415, 'unsupported_media_type');
}
$body = stream_get_contents(fopen('php://input', 'r'), MAX_BYTES + 1);
if (strlen($body) > MAX_BYTES) {
    refuse(413, 'body_too_large');
}
if (!authentic($key, $body)) {
    refuse(401, 'invalid_signature');
}
$event = json_decode($body, true);
if (!is_array($event)) {
    refuse(400, 'unreadable_body');
}
once($_SERVER['HTTP_WEBHOOK_ID'], fn () => handle($event));

/** Standard Webhooks: one v1 entry of the list has to be the MAC of id, timestamp and bytes, made within five minutes. */
function authentic(string $key, string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || !preg_match('/^[0-9]{1,12}$/D', $timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $right = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $entry) {
        if (hash_equals($right, $entry)) {
            return true;
        }
    }
    return false;
}

/** Does the work of an event that is new. One file an event: its lock is the claim, and what stands in it says that it is done. */
function once(string $id, callable $work): never
{
    $file = fopen(memory() . '/' . hash('sha256', $id), 'c+');
    if (!flock($file, LOCK_EX | LOCK_NB)) {
        refuse(409, 'event_in_progress');
    }
    if (stream_get_contents($file) !== 'done') {
        try {
            ConformanceControl::effect($id, $work);
        } catch (Throwable) {
            refuse(500, 'processing_failed');
        }
        fwrite($file, 'done');
    }
    http_response_code(202);
    exit;
}

/** What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all. */
function handle(array $event): void
{
    if (($event['type'] ?? null) === 'order.created') {
        error_log('an order was created: ' . json_encode($event['data'] ?? null));
    }
}

/** The folder that remembers events; in production a table with the id as its key. */
function memory(): string
{
    $folder = getenv('EVENTS_FOLDER') ?: sys_get_temp_dir() . '/webhook-events';
    if (!is_dir($folder)) {
        @mkdir($folder, 0700, true);
    }
    return $folder;
}

function refuse(int $status, string $code): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode(['error' => ['code' => $code, 'message' => strtr($code, '_', ' ')]]);
    exit;
}
