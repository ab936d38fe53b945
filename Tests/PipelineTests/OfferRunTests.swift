// An upgrade offered by command to a simulated device, as two programs would do it.

import BrokerLink
import Dialects
import Foundation
import Pipeline
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct OfferRunTests {
    private func image() throws -> (folder: ScratchFolder, path: String) {
        let folder = try ScratchFolder()
        let path = folder.path("firmware.bin")
        try Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(filePath: path))
        return (folder, path)
    }

    @Test(arguments: ["iot-cloud-ota", "jetlinks"])
    func `offers an image, serves it and reports the device's success`(dialect: String) async throws {
        let image = try image()
        let dialects = try BuiltInDialects.load()
        let isOK = try await withPrivateBroker { broker in
            let url = "mqtt://127.0.0.1:\(broker.address.port)"
            var simulation = SimulationPlan()
            simulation.dialect = dialect
            simulation.productID = "p1"
            simulation.deviceID = "d1"
            simulation.broker = url
            let device = try DeviceSimulationRun(simulation, environment: [:], dialects: dialects)
            let (listening, ready) = AsyncStream.makeStream(of: Void.self)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await device.run(until: StopCondition()) { text in
                        if text.contains("listens") { ready.yield() }
                    }
                }
                _ = await listening.first { true }
                let plan = OfferPlan(
                    broker: url,
                    dialect: dialect,
                    productID: "p1",
                    deviceID: "d1",
                    version: "2.0.0",
                    imagePath: image.path
                )
                return try await OfferRun(plan, dialects: dialects).run { _ in }
            }
        }
        #expect(isOK)
        withExtendedLifetime(image.folder) {}
    }

    @Test func `gives up a device that is not there, naming what to check`() async throws {
        let image = try image()
        let dialects = try BuiltInDialects.load()
        let error = await #expect(throws: RunError.self) {
            try await withPrivateBroker { broker in
                var plan = OfferPlan(
                    broker: "mqtt://127.0.0.1:\(broker.address.port)",
                    dialect: "iot-cloud-ota",
                    productID: nil,
                    deviceID: "nobody",
                    version: "2.0.0",
                    imagePath: image.path
                )
                plan.maxWait = .milliseconds(100)
                _ = try await OfferRun(plan, dialects: dialects).run { _ in }
            }
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("nobody") == true)
    }

    @Test func `refuses an image that cannot be read before it offers anything`() async throws {
        let plan = OfferPlan(
            broker: "mqtt://127.0.0.1:1",
            dialect: "iot-cloud-ota",
            productID: nil,
            deviceID: "1",
            version: "2",
            imagePath: "/nonexistent/firmware.bin"
        )
        let run = try OfferRun(plan, dialects: BuiltInDialects.load())
        let error = await #expect(throws: RunError.self) { _ = try await run.run { _ in } }
        #expect(error?.code == .unreadable)
    }
}
