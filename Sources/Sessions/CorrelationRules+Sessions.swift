// What a command id's prefix says of its session.

import Dialects

extension CorrelationRules {
    /// The kind of content that a command id names before the separator; empty where it names none.
    ///
    /// A kind is a word: the first group of a UUID is none.
    func kind(of commandID: String?) -> Substring {
        guard let kindSeparator, let commandID, let mark = commandID.firstRange(of: kindSeparator) else {
            return ""
        }
        let prefix = commandID[..<mark.lowerBound]
        let isWord = prefix.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
        let isHex = prefix.utf8.count == 8 && prefix.utf8.allSatisfy { (0x41...0x46).contains($0 & 0xDF) }
        return isWord && !isHex ? prefix : ""
    }
}
