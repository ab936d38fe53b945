// What a limit on the command line may be.

import ArgumentParser

/// Refuses limits that cannot be, with words that name what can.
enum LimitRange {
    static func check(_ option: String, _ count: Int, _ range: ClosedRange<Int>) throws {
        guard !range.contains(count) else { return }
        throw ValidationError(
            "--\(option) \(count): give a number from \(range.lowerBound) to \(range.upperBound)."
        )
    }

    static func check(_ option: String, _ size: ByteSize, _ range: ClosedRange<Int>) throws {
        guard !range.contains(size.count) else { return }
        let (least, most) = (ByteSize(range.lowerBound), ByteSize(range.upperBound))
        throw ValidationError(
            "--\(option) \(size.defaultValueDescription): give a size from \(least.defaultValueDescription) to "
                + "\(most.defaultValueDescription)."
        )
    }

    static func check(_ option: String, _ time: TimeSpan, atLeast least: Duration) throws {
        guard time.duration < least else { return }
        throw ValidationError(
            "--\(option) \(time.defaultValueDescription): give at least \(TimeSpan(least).defaultValueDescription)."
        )
    }
}
