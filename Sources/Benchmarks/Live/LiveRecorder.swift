// The programs that keep what a broker sends, each in its own way.

import Foundation

/// One way to record from a broker.
enum LiveRecorder: Equatable {
    case mosquittoSub
    case otatape
    /// The PyPI package of that name; the path of its program.
    case mqttRecorder(String)

    var name: String {
        switch self {
        case .mosquittoSub: "mosquitto_sub > file"
        case .otatape: "otatape record"
        case .mqttRecorder: "mqtt-recorder (PyPI)"
        }
    }

    private static let filter = "v1/+/firmware/download/progress"

    /// What shows in the broker's log once it listens.
    var subscription: String { self == .otatape ? "firmware/download" : Self.filter }

    /// Starts it.
    func start(_ workplace: Workplace, port: UInt16, qos: UInt8) throws -> RunningProgram {
        for name in ["live.txt", "live.sqlite"] { workplace.remove(name) }
        let broker = ["--host", "127.0.0.1", "--port", String(port)]
        let (path, words): (String, [String]) =
            switch self {
            case .mosquittoSub:
                ("mosquitto_sub", broker + ["-q", String(qos), "-t", Self.filter, "-v", "-i", "bench", "-c"])
            case .otatape:
                (
                    workplace.otatape,
                    ["record", "--broker", "mqtt://127.0.0.1:\(port)", "-q", String(qos)]
                        + ["--store", workplace.path("live.sqlite")]
                )
            case .mqttRecorder(let path):
                (
                    path,
                    broker + ["--mode", "record", "--file", workplace.path("live.txt"), "--qos", String(qos)]
                        + ["--topics", workplace.path("topics.json")]
                )
            }
        if case .mqttRecorder = self {
            let topics = #"{"topics": ["\#(Self.filter)"]}"#
            try topics.write(toFile: workplace.path("topics.json"), atomically: false, encoding: .utf8)
        }
        let output = self == .mosquittoSub ? workplace.path("live.txt") : workplace.path("live.out")
        return try MeasuredProgram(path: path, arguments: words)
            .start(output: output, notes: workplace.path(Workplace.notes))
    }

    /// How to count the messages that it has kept so far.
    func counter(_ workplace: Workplace) throws -> () throws -> Int {
        switch self {
        case .mosquittoSub:
            let path = workplace.path("live.txt")
            let line = LiveMessages(qos: 0).lineBytes
            return {
                (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0) / line
            }
        case .otatape:
            let store = StoreCount(path: workplace.path("live.sqlite"))
            return { try store.count() }
        case .mqttRecorder:
            let lines = LineCount(path: workplace.path("live.txt"))
            return { try lines.count() }
        }
    }
}
