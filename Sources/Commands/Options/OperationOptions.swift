// How a recorder is left alone in the field.

import ArgumentParser
import Pipeline

/// Retention, status, and how progress is told.
struct OperationOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, jsonl, prometheus
    }

    @Option(
        help: """
            Delete messages beyond a time (30d, 12h) or a size of the store (10GB) while recording; sessions, \
            transfers and the last hour stay.
            """
    )
    var retain: RetentionLimit?

    @Option(
        help: """
            Close the store and go on in a new one after a time (1d: at midnight UTC) or at a size (10GB); the closed one \
            gets the time of its beginning into its name.
            """
    )
    var rotateStore: RetentionLimit?

    @Flag(help: "Record nothing: say how the recorder of this store is; exit code 0 when it is well, else 1.")
    var status = false

    @Option(help: "Progress as text or jsonl (to stdout); --status as text, json or prometheus.")
    var format: Format = .text

    func validate() throws {
        guard status || format != .prometheus else {
            throw ValidationError("--format prometheus is for --status.")
        }
        guard rotateStore?.span.isLong ?? true else {
            throw ValidationError("--rotate-store: give a minute or more, or 1MB or more.")
        }
    }

    /// Whether progress goes to stdout, one JSON object a line.
    var isForMachines: Bool { format != .text }
}
