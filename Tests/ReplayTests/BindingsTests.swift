// Recorded and live ids stand for each other one to one.

import Dialects
import Testing

@testable import Replay

struct BindingsTests {
    @Test func `a pair stands both ways and is not bound anew`() {
        var bindings = Bindings()
        let pairs = [("r1", "l1"), ("r1", "l1"), ("r1", "l2"), ("r2", "l1")]
        let stands = pairs.map { bindings.bind(.command, recorded: $0.0, live: $0.1) }
        #expect(stands == [true, true, false, false])
        #expect(bindings.live(.command, for: "r1") == "l1")
        #expect(bindings.recorded(.command, for: "l1") == "r1")
        #expect(bindings.live(.device, for: "r1") == nil)
    }

    @Test func `an answer under an id that nobody gave out is a divergence`() {
        var bindings = Bindings()
        bindings.bind(.device, recorded: "7", live: "7")
        bindings.bind(.command, recorded: "cmd-1", live: "live-1")
        #expect(bindings.unbound(in: Recording.event(.accept, id: "live-1")) == [])
        #expect(bindings.unbound(in: Recording.event(.accept, id: nil)) == [])
        let strangers = bindings.unbound(in: Recording.event(.accept, id: "cmd-1"))
        #expect(strangers == [Bindings.Unbound(field: .command, live: "cmd-1", kind: .accept)])
    }

    @Test func `ids that the device makes itself are free`() {
        var bindings = Bindings()
        bindings.bind(.device, recorded: "7", live: "7")
        #expect(bindings.unbound(in: Recording.event(.poll, id: "own")) == [])
        #expect(bindings.unbound(in: Recording.event(.version, id: "own")) == [])
    }

    @Test func `an event is given its live ids and keeps what is not bound`() {
        var bindings = Bindings()
        bindings.bind(.device, recorded: "7", live: "bench-3")
        bindings.bind(.command, recorded: "cmd-1", live: "live-1")
        var event = Recording.event(.cancel)
        event.firmwareID = "f1"
        let live = bindings.live(event)
        #expect(live.deviceID == "bench-3")
        #expect(live.commandID == "live-1")
        #expect(live.firmwareID == "f1")
        #expect(live.productID == nil)
    }
}
