// Numbers as people read them.

import Foundation

/// Writes figures.
enum Figures {
    /// A number with a fixed count of decimals.
    static func decimals(_ number: Double, _ count: Int) -> String {
        String(format: "%.\(count)f", number)
    }

    /// Bytes in units of 1024 × 1024, the unit of the memory limit.
    static func mebibytes(_ bytes: Int) -> String {
        decimals(Double(bytes) / 1_048_576, 0)
    }
}
