require_relative 'receiver'

receiver = Receiver.new(ENV['WEBHOOK_SECRET'])
use(ConformanceControl) { receiver.forget }
run receiver
