// Which name was meant.

import Testing
import Traffic

struct SpellingTests {
    private let names = ["record", "replay", "reindex", "sessions", "show", "jetlinks", "iot-cloud-ota"]

    @Test(
        arguments: [
            ("recrod", "record"), ("recor", "record"), ("sesions", "sessions"), ("SHOW", "show"),
            ("shw", "show"),
            ("jetlink", "jetlinks"), ("iot-cloud_ota", "iot-cloud-ota"), ("rpelay", "replay"),
        ]
    )
    func `finds what is a letter or two away`(typed: String, meant: String) {
        #expect(Spelling.nearest(to: typed, among: names) == meant)
    }

    @Test(arguments: ["", "foo", "devices", "x", "jet"])
    func `says nothing of what is far from all`(typed: String) {
        #expect(Spelling.nearest(to: typed, among: names) == nil)
        #expect(Spelling.question(typed, among: names).isEmpty)
    }

    @Test func `prefers the nearest`() {
        #expect(
            Spelling.nearest(to: "iot-cloud-ota-3", among: ["iot-cloud-ota", "iot-cloud-ota-2"])
                == "iot-cloud-ota-2"
        )
    }
}
