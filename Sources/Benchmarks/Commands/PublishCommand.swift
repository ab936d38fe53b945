// `otatape-bench publish`: messages to a broker, as fast as it takes them or at a rate.

import ArgumentParser
import Foundation

/// When the publishing began and ended, on the machine's monotonic clock.
struct Publishing: Codable {
    var beganAt: Double
    var endedAt: Double
}

struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish progress reports of 1 000 devices to a broker on 127.0.0.1.",
        shouldDisplay: false
    )

    /// QoS 1 messages that may wait for their PUBACK.
    private static let inFlight = 20_000

    @Argument(help: "The broker's port.")
    var port: UInt16

    @Option(help: "How many.")
    var messages = 400_000

    @Option(help: "Quality of service, 0 or 1.")
    var qos: UInt8 = 0

    @Option(help: "Messages a second; without it, as many as the broker takes.")
    var rate: Int?

    func run() throws {
        let client = try TCPClient(port: port)
        _ = try client.write(MQTTBytes.connect(clientID: "bench-publisher")[...])
        guard try client.read() == MQTTBytes.connectAccepted else {
            throw ToolError("The broker does not take the publisher.")
        }
        let source = LiveMessages(qos: qos)
        // Composed beforehand: it is about the broker and those behind it.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(messages * source.packet(0).count)
        for number in 0..<messages { bytes += source.packet(number) }
        let began = Monotonic.now
        if let rate { try publish(bytes, client, rate) } else { try publish(bytes, client) }
        let publishing = Publishing(beganAt: began, endedAt: Monotonic.now)
        Console.write(String(decoding: try JSONEncoder().encode(publishing), as: UTF8.self))
        _ = try client.write(MQTTBytes.disconnect[...])
    }

    private func publish(_ bytes: [UInt8], _ client: TCPClient) throws {
        let length = bytes.count / messages
        var (written, acknowledged) = (0, 0)
        while written < bytes.count || (qos > 0 && acknowledged < messages * 4) {
            let allowed =
                qos == 0 ? bytes.count : min(bytes.count, (acknowledged / 4 + Self.inFlight) * length)
            let (canRead, canWrite) = client.wait(toWrite: written < allowed)
            if canRead { acknowledged += try client.read().count }
            if canWrite { written += try client.write(bytes[written..<min(allowed, written + 1 << 16)]) }
        }
    }

    private func publish(_ bytes: [UInt8], _ client: TCPClient, _ rate: Int) throws {
        let length = bytes.count / messages
        let began = Monotonic.now
        for number in 0..<messages {
            let wait = began + Double(number) / Double(rate) - Monotonic.now
            if wait > 0 { usleep(UInt32(wait * 1e6)) }
            while client.wait(toWrite: false, milliseconds: 0).canRead { _ = try client.read() }
            _ = try client.write(bytes[(number * length)..<((number + 1) * length)])
        }
    }
}

/// The machine's monotonic clock, which all its processes read alike. clock_gettime(2)
enum Monotonic {
    /// Seconds since some time.
    static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
