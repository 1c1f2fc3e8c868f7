require 'json'
require 'time'

# The control API of event-delivery-conformance as Rack middleware: shows the harness what took effect, and lets it ask for
# a failure. For test builds: without CONFORMANCE_CONTROL=1 nothing is served and nothing is remembered.
class ConformanceControl
  ENABLED = ENV['CONFORMANCE_CONTROL'] == '1'
  MANIFEST = { name: 'webhook-receiver', version: '1.0.0', roles: ['consumer'], capabilities: {}, control: '/_conformance' }.freeze
  LOCK = Mutex.new
  EFFECTS = []
  FAULTS = Hash.new(0)

  # Does the work of an event, and remembers that it took effect. Raises without doing it when the harness asked for a failure.
  def self.effect(event)
    asked = LOCK.synchronize { FAULTS[event].positive? && FAULTS[event] -= 1 }
    raise 'the harness asked for this failure' if asked

    result = yield
    LOCK.synchronize { EFFECTS << { event: event, at: Time.now.utc.iso8601(3) } } if ENABLED
    result
  end

  # The block empties the application's own memory of events.
  def initialize(app, &forget)
    @app = app
    @forget = forget || -> {}
  end

  def call(env)
    (answer(env) if ENABLED) || @app.call(env)
  end

  private

  def answer(env)
    case "#{env['REQUEST_METHOD']} #{env['PATH_INFO']}"
    when 'GET /.well-known/event-conformance', 'GET /_conformance'
      json(MANIFEST)
    when 'POST /_conformance/reset'
      LOCK.synchronize { [EFFECTS, FAULTS].each(&:clear) }
      @forget.call
      nothing
    when 'GET /_conformance/effects'
      wanted = Rack::Utils.parse_query(env['QUERY_STRING'])['event']
      json(effects: LOCK.synchronize { EFFECTS.select { |effect| wanted.nil? || effect[:event] == wanted } })
    when 'POST /_conformance/faults'
      fault = JSON.parse(env['rack.input'].read)
      LOCK.synchronize { FAULTS[fault['event']] = fault['times'] }
      nothing
    end
  end

  def json(value)
    [200, { 'content-type' => 'application/json' }, [JSON.generate(value)]]
  end

  def nothing
    [204, {}, []]
  end
end
