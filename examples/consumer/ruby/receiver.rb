require 'json'
require 'openssl'
require_relative 'conformance_control'

# Takes deliveries, as a Rack application. Its memory of events is a hash; in production it is a table with the id as its key.
class Receiver
  TOLERANCE_SECONDS = 300
  MAX_BYTES = 256 * 1024

  def initialize(secret)
    @key = secret.to_s.delete_prefix('whsec_').unpack1('m0')
    raise ArgumentError, 'the secret is not whsec_ and the base64 of 24 bytes or more' if @key.bytesize < 24

    @states = {} # id => :in_progress or :done
    @lock = Mutex.new
  end

  def forget
    @lock.synchronize { @states.clear }
  end

  def call(env)
    return refuse(404, 'not_found') unless env['PATH_INFO'] == '/webhooks'
    return refuse(405, 'method_not_allowed', 'allow' => 'POST') unless env['REQUEST_METHOD'] == 'POST'
    return refuse(415, 'unsupported_media_type') unless env['CONTENT_TYPE'].to_s.match?(%r{\Aapplication/json\s*(;|\z)}i)

    body = env['rack.input'].read(MAX_BYTES + 1).to_s.b
    return refuse(413, 'body_too_large') if body.bytesize > MAX_BYTES
    return refuse(401, 'invalid_signature') unless authentic?(env, body)

    event = parsed(body)
    return refuse(400, 'unreadable_body') unless event.is_a?(Hash)

    once(env['HTTP_WEBHOOK_ID']) { handle(event) }
  end

  private

  # A failed event is forgotten, so that its next delivery is a first one.
  def once(id, &work)
    state = @lock.synchronize do
      known = @states[id]
      @states[id] ||= :in_progress
      known
    end
    return accept if state == :done
    return refuse(409, 'event_in_progress') if state == :in_progress

    begin
      ConformanceControl.effect(id, &work)
    rescue StandardError
      @lock.synchronize { @states.delete(id) }
      return refuse(500, 'processing_failed')
    end
    @lock.synchronize { @states[id] = :done }
    accept
  end

  # Standard Webhooks: one v1 entry of the list has to be the MAC of id, timestamp and bytes, made within five minutes.
  def authentic?(env, body)
    id, timestamp, list = env.values_at('HTTP_WEBHOOK_ID', 'HTTP_WEBHOOK_TIMESTAMP', 'HTTP_WEBHOOK_SIGNATURE').map { |value| value.to_s.b }
    return false if id.empty? || !timestamp.match?(/\A[0-9]{1,12}\z/)
    return false if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE_SECONDS

    right = "v1,#{[OpenSSL::HMAC.digest('SHA256', @key, "#{id}.#{timestamp}.".b + body)].pack('m0')}"
    list.split(' ').any? { |entry| OpenSSL.secure_compare(entry, right) }
  end

  def parsed(body)
    text = body.force_encoding(Encoding::UTF_8)
    JSON.parse(text) if text.valid_encoding?
  rescue JSON::ParserError
    nil
  end

  # What an event is for. A type that is not known is no fault of the delivery: nothing is done, and that is all.
  def handle(event)
    puts "an order was created: #{event['data']}" if event['type'] == 'order.created'
  end

  def accept
    [202, {}, []]
  end

  def refuse(status, code, headers = {})
    [status, { 'content-type' => 'application/json' }.merge(headers), [JSON.generate(error: { code: code, message: code.tr('_', ' ') })]]
  end
end
