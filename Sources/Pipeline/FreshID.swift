// Command ids that no recording holds.

import Foundation

enum FreshID {
    /// A new random command id.
    static func next() -> String {
        UUID().uuidString.lowercased()
    }
}
