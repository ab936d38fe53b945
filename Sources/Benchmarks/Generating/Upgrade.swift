// One device's life in the generated rollout, step by step.

import Dialects
import Traffic

/// A device's connection, upgrade and leave-taking; what it writes next is known when it writes it.
struct Upgrade {
    /// What the device does next.
    private enum Step {
        case connect, subscribe, offer, accept, download
        case progress(Int)
        case result, report, leave, over
    }

    /// When the next step happens; `nil` when all is over.
    var next: Timestamp? {
        if case .over = step { nil } else { time }
    }
    /// PUBLISH written so far.
    private(set) var publishCount = 0

    private let messages: UpgradeMessages
    private let progressCount: Int
    private var random: SeededGenerator
    private var flow: TCPFlow
    private var step = Step.connect
    private var time: Timestamp
    private var pause: Duration

    private var device: UpgradingDevice { messages.device }
    private var fate: UpgradeFate { device.fate }

    /// The upgrade of device `number`, which starts within its own slot of the rollout.
    init(_ number: Int, of rollout: Rollout, dialects: DialectSet, artifact: Artifact) throws {
        var random = SeededGenerator(seed: rollout.seed, stream: number)
        let device = UpgradingDevice(
            number: number,
            commandID: String(UInt32.random(in: 1...UInt32.max, using: &random))
        )
        guard let dialect = dialects[device.dialectName] else {
            throw ToolError("The dialect \(device.dialectName) is not built in.")
        }
        messages = UpgradeMessages(device: device, dialect: dialect, artifact: artifact)
        // Offer, accept and result; and a version report where the dialect has one.
        let others = dialect.reportsVersion ? 4 : 3
        progressCount = max(2, rollout.messagesPerDevice - others)
        let late = Duration.nanoseconds(
            Int64.random(in: 0..<max(1, rollout.spacing.wholeNanoseconds), using: &random)
        )
        time = Rollout.start.advanced(by: rollout.spacing * number + late)
        pause = .milliseconds(Int.random(in: 40_000...60_000, using: &random)) / progressCount
        flow = TCPFlow(
            client: TCPFlow.End(address: device.address, port: 49_152, sequence: random.next()),
            server: TCPFlow.End(address: UpgradingDevice.broker, port: 1_883, sequence: random.next())
        )
        self.random = random
    }

    /// Writes the frames of the next step and goes on to the one after.
    mutating func advance(into batch: inout PacketBatch) throws(DialectError) {
        switch step {
        case .connect: connect(into: &batch)
        case .subscribe: subscribe(into: &batch)
        case .offer: try offer(into: &batch)
        case .accept:
            try publish(messages.accept(at: time), into: &batch)
            let isSeen = UpgradeFate.isDownloadSeen(ofDevice: device.number)
            go(to: isSeen ? .download : .progress(1), after: .milliseconds(50))
        case .download:
            download(into: &batch)
            go(to: fate == .notFound ? .result : .progress(1), after: .milliseconds(20))
        case .progress(let part): try progress(part, into: &batch)
        case .result:
            try publish(messages.result(at: time), into: &batch)
            go(to: .report, after: .milliseconds(500))
        case .report:
            if let report = try messages.report(at: time) { publish(report, into: &batch) }
            go(to: .leave, after: .milliseconds(10))
        case .leave: leave(into: &batch)
        case .over: break
        }
    }

    private mutating func go(to step: Step, after wait: Duration) {
        self.step = step
        time = time.advanced(by: wait)
    }
}

// MARK: - Steps

private extension Upgrade {
    mutating func connect(into batch: inout PacketBatch) {
        flow.open(into: &batch)
        flow.send(MQTTBytes.connect(clientID: device.id), from: .client, into: &batch)
        flow.send(MQTTBytes.connectAccepted, from: .server, into: &batch)
        go(to: .subscribe, after: .milliseconds(3))
    }

    mutating func subscribe(into batch: inout PacketBatch) {
        flow.send(MQTTBytes.subscribe(device.filter, packetID: 1), from: .client, into: &batch)
        flow.send(MQTTBytes.subscribed(packetID: 1), from: .server, into: &batch)
        go(to: .offer, after: .milliseconds(100))
    }

    /// At the quality of service that the dialect declares for its platform: 2 (§4.3.3) or 0.
    mutating func offer(into batch: inout PacketBatch) throws(DialectError) {
        let qos = messages.dialect.declaredQoS(.down) == .exactlyOnce ? UInt8(2) : 0
        let offer = try messages.offer(at: time)
        let bytes = MQTTBytes.publish(topic: offer.topic, payload: offer.payload, qos: qos, packetID: 1)
        flow.send(bytes, from: .server, into: &batch)
        publishCount += 1
        if qos == 2 {
            flow.send(MQTTBytes.publishReceived(1), from: .client, into: &batch)
            flow.send(MQTTBytes.publishRelease(1), from: .server, into: &batch)
            flow.send(MQTTBytes.publishComplete(1), from: .client, into: &batch)
        }
        go(to: .accept, after: .milliseconds(20))
    }

    mutating func progress(_ part: Int, into batch: inout PacketBatch) throws(DialectError) {
        try publish(messages.progress(part, of: progressCount, at: time), into: &batch)
        let wait = pause * Int.random(in: 800...1_200, using: &random) / 1_000
        if fate == .silence, part * 2 >= progressCount {
            // The device's program died: the kernel ends the connection, MQTT says nothing.
            go(to: .leave, after: wait)
        } else {
            go(to: part < progressCount ? .progress(part + 1) : .result, after: wait)
        }
    }

    mutating func publish(_ message: Composition, into batch: inout PacketBatch) {
        let bytes = MQTTBytes.publish(topic: message.topic, payload: message.payload, qos: 0, packetID: 0)
        flow.send(bytes, from: .client, into: &batch)
        publishCount += 1
    }

    mutating func leave(into batch: inout PacketBatch) {
        if fate != .silence { flow.send(MQTTBytes.disconnect, from: .client, into: &batch) }
        flow.close(from: .client, into: &batch)
        step = .over
    }

    /// One HTTP connection, RFC 9112: the image, or 404.
    mutating func download(into batch: inout PacketBatch) {
        var http = TCPFlow(
            client: TCPFlow.End(address: device.address, port: 49_153, sequence: random.next()),
            server: TCPFlow.End(address: UpgradingDevice.firmwareHost, port: 80, sequence: random.next())
        )
        let request = "GET \(device.target) HTTP/1.1\r\nHost: \(UpgradingDevice.firmwareHostText)\r\n\r\n"
        let isFound = fate != .notFound
        let body = isFound ? messages.artifact.body : []
        let head = "HTTP/1.1 \(isFound ? "200 OK" : "404 Not Found")\r\nContent-Length: \(body.count)\r\n\r\n"
        http.open(into: &batch)
        http.send(Array(request.utf8), from: .client, into: &batch)
        http.send(Array(head.utf8) + body, from: .server, into: &batch)
        http.close(from: .client, into: &batch)
    }
}
