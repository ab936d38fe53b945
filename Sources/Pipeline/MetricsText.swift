// A status in Prometheus' text format. https://prometheus.io/docs/instrumenting/exposition_formats/

/// Writes a recorder's figures for Prometheus.
public enum MetricsText {
    private static let prefix = "otatape_"

    /// What there is to say where no recorder is: an alert on `otatape_up == 0` must see it.
    public static var down: String {
        var text = ""
        addUp(0, to: &text)
        return text
    }

    /// Every figure with its help and kind, the losses by kind, and whether the recorder is well.
    public static func text(_ status: RecordingStatus, isWell: Bool) -> String {
        var text = ""
        addUp(isWell ? 1 : 0, to: &text)
        let build = [([("version", status.version)], 1.0)]
        add("build_info", "The program's version.", isCounter: false, build, to: &text)
        add(
            "status_timestamp_seconds",
            "When the recorder last said how it is.",
            isCounter: false,
            [([], status.updatedAt)],
            to: &text
        )
        for figure in RecordingStatus.Figure.allCases {
            let samples = [([(String, String)](), status[figure])]
            add(figure.rawValue, figure.help, isCounter: figure.isCounter, samples, to: &text)
        }
        let losses = status.losses.sorted { $0.key < $1.key }.map { ([("kind", $0.key)], Double($0.value)) }
        add("losses_total", "What was not seen or not kept, by kind.", isCounter: true, losses, to: &text)
        if let failure = status.lastFailure {
            let labels = [("device", failure.device), ("command", failure.command), ("cause", failure.cause)]
            add(
                "last_failure_info",
                "The session that failed last.",
                isCounter: false,
                [(labels, 1)],
                to: &text
            )
        }
        return text
    }

    private static func addUp(_ value: Double, to text: inout String) {
        add("up", "1 when a recorder is there and well.", isCounter: false, [([], value)], to: &text)
    }

    private static func add(
        _ name: String,
        _ help: String,
        isCounter: Bool,
        _ samples: [(labels: [(String, String)], value: Double)],
        to text: inout String
    ) {
        text +=
            "# HELP \(prefix)\(name) \(help)\n# TYPE \(prefix)\(name) \(isCounter ? "counter" : "gauge")\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
            text += prefix + name + (labels.isEmpty ? "" : "{\(labels)}") + " \(number(sample.value))\n"
        }
    }

    /// A label's value, which may come from a device: backslashes, quotes and line breaks are escaped, other control
    /// characters, which no reader of metrics wants, are left out.
    static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): continue
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
