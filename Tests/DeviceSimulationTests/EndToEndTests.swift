// Devices, a platform, a real broker and the firmware host together.

import BrokerLink
import Dialects
import FirmwareHost
import Testing
import Traffic

@testable import DeviceSimulation

private let image = FirmwareImage.filler(seed: 5, byteCount: 300_000)

/// A platform, a firmware host and one running device that has subscribed.
private struct Scene: Sendable {
    let host: FirmwareOrigin
    let platform: SimulatedPlatform
    let device: SimulatedDevice

    var identity: DeviceIdentity { device.configuration.identity }

    /// An offer of the image, as it is unless told otherwise.
    func offer(_ url: String, digest: String? = nil) -> OfferRequest {
        let isSeed = device.configuration.profile.behaviour == .iotCloudOTA
        let hex = digest ?? (isSeed ? image.sha256 : image.md5)
        return OfferRequest(
            identity: identity,
            commandID: "1365305778271354587",
            firmwareID: isSeed ? nil : "f1",
            version: "2.0",
            url: url,
            sizeBytes: image.byteCount,
            digest: DeclaredDigest(algorithm: isSeed ? "sha256" : "md5", hex: hex, verbatim: hex),
            socketTimeout: isSeed ? .seconds(20) : nil
        )
    }

    /// What the device publishes up to the first event that `isLast` takes.
    func published(upTo isLast: (UpgradeEvent) -> Bool) async -> [UpgradeEvent] {
        var events: [UpgradeEvent] = []
        for await fact in device.events {
            guard case .published(let event) = fact else { continue }
            events.append(event)
            if isLast(event) { break }
        }
        return events
    }
}

/// Sets the scene with a device of `profile`, and clears it away.
private func withScene(_ profile: DeviceProfile, _ body: @Sendable (Scene) async throws -> Void) async throws
{
    try await withPrivateBroker { broker in
        try await withFirmwareHost { host in
            let dialect = try #require(DialectSet.builtIn()[profile.behaviour.rawValue])
            let configuration = DeviceConfiguration(
                identity: DeviceIdentity(
                    productID: profile.behaviour == .jetlinks ? "p" : nil,
                    deviceID: "7"
                ),
                profile: profile,
                broker: broker.address,
                bindAddress: "127.0.0.7"
            )
            let device = try SimulatedDevice(configuration: configuration, dialect: dialect)
            let client = try await BrokerClient.connect(to: broker.address)
            let platform = SimulatedPlatform(client: client, dialect: dialect)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await device.run() }
                #expect(await device.events.first { _ in true } == .subscribed)
                try await body(Scene(host: host, platform: platform, device: device))
                group.cancelAll()
                try await group.waitForAll()
            }
            await client.disconnect()
        }
    }
}

@Test(.timeLimit(.minutes(5)))
func `upgrades a dialect A device over a real broker and a real download`() async throws {
    try await withScene(.iotCloudOTA()) { scene in
        let url = scene.host.publish(Offering(path: "/fw?Signature=x", image: image))
        try await scene.platform.offer(scene.offer(url))
        let events = await scene.published { $0.kind == .result }
        #expect(events.map(\.kind) == [.accept, .progress, .progress, .progress, .progress, .result])
        #expect(events.compactMap(\.percent) == [34, 68, 100, 100])
        #expect(events.last?.code == "SUCCESS" && events.last?.commandID == "1365305778271354587")
        let transfer = try #require(await scene.host.transfers.first { _ in true })
        #expect(transfer.exchange.end == .complete && transfer.exchange.url == url)
        #expect(transfer.exchange.client.address.description == "127.0.0.7")
    }
}

@Test(.timeLimit(.minutes(5)))
func `upgrades a dialect B device and hears its new version`() async throws {
    try await withScene(.jetlinks(progressStep: 50)) { scene in
        let url = scene.host.publish(Offering(path: "/fw", image: image))
        try await scene.platform.offer(scene.offer(url))
        let events = await scene.published { $0.kind == .version }
        #expect(events.map(\.kind) == [.accept, .progress, .result, .version])
        #expect(events[2].isOK == true && events[2].firmwareID == "f1" && events[3].version == "2.0")
    }
}

@Test(.timeLimit(.minutes(5)), arguments: [DeviceProfile.iotCloudOTA(), .jetlinks()])
func `fails on a digest that does not match`(profile: DeviceProfile) async throws {
    try await withScene(profile) { scene in
        let url = scene.host.publish(Offering(path: "/fw", image: image))
        let isSeed = profile.behaviour == .iotCloudOTA
        let digest = String(repeating: "0", count: isSeed ? 64 : 32)
        try await scene.platform.offer(scene.offer(url, digest: digest))
        let result = try #require(await scene.published { $0.kind == .result }.last)
        #expect(result.isOK == false)
        #expect(result.reason?.lowercased().contains("mismatch") == true)
    }
}

@Test(.timeLimit(.minutes(5)), arguments: [DeviceProfile.iotCloudOTA(), .jetlinks()])
func `fails on 404 without any progress`(profile: DeviceProfile) async throws {
    try await withScene(profile) { scene in
        try await scene.platform.offer(scene.offer(scene.host.baseURL + "/nothing?Signature=x"))
        let events = await scene.published { $0.kind == .result }
        #expect(events.map(\.kind) == [.accept, .result] && events.last?.isOK == false)
        #expect(events.last?.reason?.contains("404") == true)
        let transfer = try #require(await scene.host.transfers.first { _ in true })
        #expect(transfer.exchange.status == 404)
    }
}

@Test(.timeLimit(.minutes(5)))
func `tells a cut, a reset, a stall and a silent server apart`() async throws {
    try await withScene(.iotCloudOTA()) { scene in
        let curves: [(NetworkCurve, String)] = [
            (NetworkCurve(cutAfter: 150_000), "IncompleteRead(150000 bytes read, 150000 more expected)"),
            (NetworkCurve(cutAfter: 0, cut: .close), "IncompleteRead(0 bytes read"),
            (NetworkCurve(cutAfter: 150_000, cut: .stall), "Read timed out."),
            (NetworkCurve(status: nil), "timed out after 5 seconds."),
        ]
        for (curve, text) in curves {
            var offer = scene.offer(scene.host.publish(Offering(path: "/fw", image: image, curves: [curve])))
            // Short only where the timeout is what is tested: a busy machine must not turn a cut into one.
            let isTimeoutTested = curve.status == nil || curve.cut == .stall
            offer.socketTimeout = isTimeoutTested ? .seconds(5) : .seconds(50)
            try await scene.platform.offer(offer)
            let result = try #require(await scene.published { $0.kind == .result }.last)
            #expect(result.reason?.contains(text) == true, "\(result.reason ?? "")")
            #expect(result.code == (curve.status == nil ? "TIMEOUT" : "FAILED"))
        }
        let reset = NetworkCurve(cutAfter: 150_000, cut: .reset)
        let url = scene.host.publish(Offering(path: "/fw", image: image, curves: [reset]))
        try await scene.platform.offer(scene.offer(url))
        let result = try #require(await scene.published { $0.kind == .result }.last)
        #expect(result.reason?.contains("ConnectionResetError(104") == true, "\(result.reason ?? "")")
    }
}

@Test(.timeLimit(.minutes(5)))
func `tells connections that cannot be made from URLs that cannot be used`() async throws {
    try await withScene(.iotCloudOTA()) { scene in
        // The discard port of loopback: nothing listens there.
        let urls = [
            ("http://127.0.0.1:9/fw?x", "Max retries exceeded"), ("ftp://h/fw", "No connection adapters"),
        ]
        for (url, text) in urls {
            try await scene.platform.offer(scene.offer(url))
            let result = try #require(await scene.published { $0.kind == .result }.last)
            #expect(
                result.code == "FAILED" && result.reason?.contains(text) == true,
                "\(result.reason ?? "")"
            )
        }
    }
}

@Test(.timeLimit(.minutes(5)))
func `follows a redirect to the image`() async throws {
    try await withScene(.iotCloudOTA()) { scene in
        let target = scene.host.publish(Offering(path: "/real", image: image))
        let url = scene.host.publish(
            Offering(
                path: "/fw",
                image: image,
                curves: [NetworkCurve(status: 302)],
                fields: ["Location": target]
            )
        )
        try await scene.platform.offer(scene.offer(url))
        let result = try #require(await scene.published { $0.kind == .result }.last)
        #expect(result.code == "SUCCESS")
    }
}

@Test(.timeLimit(.minutes(5)))
func `ignores what it cannot read and goes on`() async throws {
    try await withScene(.iotCloudOTA()) { scene in
        let client = try await BrokerClient.connect(to: scene.device.configuration.broker)
        try await client.publish(topic: "v1/7/firmware/download/request", payload: Array("[1".utf8))
        await client.disconnect()
        guard case .received(let event) = await scene.device.events.first(where: { _ in true }) else {
            Issue.record("the device did not see the message")
            return
        }
        #expect(event.kind == .unknown)
        let url = scene.host.publish(Offering(path: "/fw", image: image))
        try await scene.platform.offer(scene.offer(url))
        #expect(await scene.published { $0.kind == .result }.last?.code == "SUCCESS")
    }
}

@Test(.timeLimit(.minutes(5)))
func `answers a pull with an offer, or with nothing to install`() async throws {
    try await withScene(.jetlinks(progressStep: 50)) { scene in
        let url = scene.host.publish(Offering(path: "/fw", image: image))
        try await scene.platform.subscribe()
        let answering = Task {
            try await scene.platform.answerPolls { $0.commandID == "q1" ? nil : scene.offer(url) }
        }
        defer { answering.cancel() }
        try await scene.device.poll(messageID: "q1")
        let answer = await scene.device.events.first { if case .received = $0 { true } else { false } }
        guard case .received(let event) = answer else {
            Issue.record("the poll was not answered")
            return
        }
        #expect(event.kind == .noUpdate && event.commandID == "q1")
        try await scene.device.poll(messageID: "q2")
        let events = await scene.published { $0.kind == .version }
        // The answer to a poll may be here before the broker's acknowledgement of the poll.
        #expect(events.filter { $0.kind != .poll }.map(\.kind) == [.progress, .result, .version])
        #expect(events.contains { $0.kind == .poll && $0.commandID == "q2" })
    }
}

/// Dialect A without a message for progress.
private let progressless = """
    dialect: iot-cloud-ota
    title: without progress
    subscriptions: ["v1/+/firmware/download/#"]
    reports_version: false
    messages:
      - name: download-request
        direction: down
        topic: "v1/{device}/firmware/download/request"
        event: offer
        fields: {command_id: command_id, url: signed_url, version: version, digest: checksum, size: size}
      - name: download-ack
        direction: up
        topic: "v1/{device}/firmware/download/request/ack"
        event: accept
        fields: {command_id: command_id}
    """

@Test(.timeLimit(.minutes(5)))
func `ends its run with the first error of a download`() async throws {
    try await withPrivateBroker { broker in
        try await withFirmwareHost { host in
            let dialect = try Dialect.load(yaml: progressless, origin: "test")
            let configuration = DeviceConfiguration(
                identity: DeviceIdentity(deviceID: "7"),
                broker: broker.address
            )
            let device = try SimulatedDevice(configuration: configuration, dialect: dialect)
            let client = try await BrokerClient.connect(to: broker.address)
            let scene = Scene(
                host: host,
                platform: SimulatedPlatform(client: client, dialect: dialect),
                device: device
            )
            let running = Task { try await device.run() }
            defer { running.cancel() }
            #expect(await device.events.first { _ in true } == .subscribed)
            try await scene.platform.offer(scene.offer(host.publish(Offering(path: "/fw", image: image))))
            await #expect(
                throws: DialectError.inexpressible(dialect: dialect.name, rule: "", kind: .progress)
            ) {
                try await running.value
            }
            await client.disconnect()
        }
    }
}

@Test(.timeLimit(.minutes(5)))
func `refuses a dialect that its behaviour does not speak`() throws {
    let dialect = try #require(DialectSet.builtIn()["jetlinks"])
    let configuration = DeviceConfiguration(
        identity: DeviceIdentity(deviceID: "7"),
        broker: BrokerAddress(host: "127.0.0.1")
    )
    let error = #expect(throws: DeviceSimulationError.self) {
        try SimulatedDevice(configuration: configuration, dialect: dialect)
    }
    #expect(error?.code == .badDialect)
}
