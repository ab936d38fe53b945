// One dialect, several implementations: the same keys in other units.

import Dialects
import Testing
import Traffic

struct VariantPackTests {
    @Test(
        arguments: [
            ("simulator", 128_000.0, Duration.milliseconds(2_040)), ("esp32", 15_625, .microseconds(2_040)),
        ]
    )
    func `reads rates and durations in the units of the implementation`(
        variant: String,
        bytesPerSecond: Double,
        duration: Duration
    ) throws {
        let set = try DialectSet.builtIn().selecting(variants: ["iot-cloud-ota-2": variant])
        let progress = set.read(
            Message("v1/7/update/progress", #"{"command_id":"FW-1","progress":5,"speed_kbps":125}"#)
        )
        #expect(progress?.bytesPerSecond == bytesPerSecond)
        let result = set.read(
            Message("v1/7/update/result", #"{"command_id":"FW-1","status":"SUCCESS","download_ms":2040}"#)
        )
        #expect(result?.duration == duration)
        #expect(result?.dialect == "iot-cloud-ota-2")
    }

    @Test func `reads the seconds of an earlier simulator`() throws {
        let set = try DialectSet.builtIn().selecting(variants: ["iot-cloud-ota-2": "simulator-seconds"])
        let result = set.read(
            Message("v1/7/update/result", #"{"command_id":"FW-1","status":"ERROR","download_seconds":1.5}"#)
        )
        #expect(result?.duration == .milliseconds(1_500))
        #expect(result?.isOK == false)
    }

    @Test func `is the simulator's where nothing is chosen`() throws {
        let set = try DialectSet.builtIn()
        #expect(set["iot-cloud-ota-2"]?.variants == ["simulator", "esp32", "simulator-seconds"])
        let progress = set.read(
            Message("v1/7/update/progress", #"{"command_id":"FW-1","progress":5,"speed_kbps":1}"#)
        )
        #expect(progress?.bytesPerSecond == 1_024)
    }
}
