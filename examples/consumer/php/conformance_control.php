<?php

// The control API of event-delivery-conformance for PHP: shows the harness what took effect, and lets it ask for a failure.
// For test builds: without CONFORMANCE_CONTROL=1 nothing is served and nothing is remembered.
//
// A request of PHP knows nothing of the one before it, so effects and faults stand in a folder, one for each checkout.

final class ConformanceControl
{
    private const MANIFEST = ['name' => 'webhook-receiver', 'version' => '1.0.0', 'roles' => ['consumer'], 'control' => '/_conformance'];

    /** Does the work of an event, and remembers that it took effect. Throws without doing it when the harness asked for a failure. */
    public static function effect(string $event, callable $work): mixed
    {
        if (!self::enabled()) {
            return $work();
        }
        if (self::due($event)) {
            throw new RuntimeException('the harness asked for this failure');
        }
        $result = $work();
        $line = json_encode(['event' => $event, 'at' => gmdate('Y-m-d\TH:i:s\Z')]) . "\n";
        file_put_contents(self::folder() . '/effects', $line, FILE_APPEND | LOCK_EX);
        return $result;
    }

    /** Answers a request of the control API and ends it; does nothing with any other, nor in production. */
    public static function serve(?callable $forget = null): void
    {
        if (!self::enabled()) {
            return;
        }
        switch ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
            case 'GET /.well-known/event-conformance':
            case 'GET /_conformance':
                self::answer(self::MANIFEST + ['capabilities' => new stdClass()]);
            case 'POST /_conformance/reset':
                array_map('unlink', glob(self::folder() . '/*'));
                if ($forget) {
                    $forget();
                }
                self::answer(null);
            case 'GET /_conformance/effects':
                self::answer(['effects' => self::effects($_GET['event'] ?? null)]);
            case 'POST /_conformance/faults':
                $fault = json_decode(file_get_contents('php://input'), true);
                file_put_contents(self::fault($fault['event']), (string) $fault['times'], LOCK_EX);
                self::answer(null);
        }
    }

    private static function enabled(): bool
    {
        return getenv('CONFORMANCE_CONTROL') === '1';
    }

    private static function due(string $event): bool
    {
        $file = fopen(self::fault($event), 'c+');
        flock($file, LOCK_EX);
        $times = (int) stream_get_contents($file);
        if ($times > 0) {
            ftruncate($file, 0);
            rewind($file);
            fwrite($file, (string) ($times - 1));
        }
        fclose($file);
        return $times > 0;
    }

    private static function effects(?string $wanted): array
    {
        $lines = @file(self::folder() . '/effects', FILE_IGNORE_NEW_LINES) ?: [];
        $effects = array_map(fn (string $line) => json_decode($line, true), $lines);
        return array_values(array_filter($effects, fn (array $effect) => $wanted === null || $effect['event'] === $wanted));
    }

    private static function fault(string $event): string
    {
        return self::folder() . '/fault-' . hash('sha256', $event);
    }

    private static function folder(): string
    {
        $folder = sys_get_temp_dir() . '/conformance-control-' . hash('crc32b', __DIR__ . $_SERVER['SERVER_PORT']);
        if (!is_dir($folder)) {
            @mkdir($folder, 0700);
        }
        return $folder;
    }

    private static function answer(?array $value): never
    {
        http_response_code($value === null ? 204 : 200);
        if ($value !== null) {
            header('Content-Type: application/json');
            echo json_encode($value);
        }
        exit;
    }
}
