// Sizes on the command line.

import ArgumentParser

/// A number of bytes with its unit: `65536`, `64KB`, `8MB`, `1GB`; a KB is 1 024 bytes.
struct ByteSize: Hashable, ExpressibleByArgument {
    /// The number of bytes.
    var count: Int

    /// Units, the largest first; each is 1 024 of the next.
    private static let units = [("GB", 30), ("MB", 20), ("KB", 10)]

    /// A number of bytes.
    init(_ count: Int) { self.count = count }

    /// Reads a size; `nil` for what is none, or none that a computer has.
    init?(argument: String) {
        let text = argument.uppercased().replacing("IB", with: "B")
        let unit = Self.units.first { text.hasSuffix($0.0) } ?? ("", 0)
        let digits = text.dropLast(unit.0.count)
        guard let number = Int(digits), digits.allSatisfy(\.isNumber), number <= Int.max >> (unit.1 + 1)
        else {
            return nil
        }
        self.init(number << unit.1)
    }

    var defaultValueDescription: String {
        guard let unit = Self.units.first(where: { count > 0 && count % (1 << $0.1) == 0 }) else {
            return String(count)
        }
        return "\(count >> unit.1)\(unit.0)"
    }
}
