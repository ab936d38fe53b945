// How much to keep, on the command line.

import ArgumentParser
import Pipeline

/// A time or a size: `30d`, `12h`, `10GB`, `500MB`.
struct RetentionLimit: Hashable, ExpressibleByArgument {
    /// What is kept.
    var retention: Retention

    /// Reads a time or a size; `nil` for what is neither, and for zero.
    init?(argument: String) {
        if let span = TimeSpan(argument: argument), span.duration > .zero {
            retention = .age(span.duration)
        } else if argument.uppercased().hasSuffix("B"), let size = ByteSize(argument: argument),
            size.count > 0
        {
            retention = .size(Int64(size.count))
        } else {
            return nil
        }
    }

    var defaultValueDescription: String { "" }

    /// How much goes into one store, where it is said of that.
    var span: StoreSpan {
        switch retention {
        case .age(let time): .time(time)
        case .size(let count): .size(count)
        }
    }
}
