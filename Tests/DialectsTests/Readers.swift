// The readers of bytes, given texts and arrays.

import Traffic

@testable import Dialects

extension JSONScanner {
    /// The tokens of a whole payload.
    static func scan(_ payload: [UInt8], for trie: PathTrie) throws(JSONFault) -> Tokens {
        var tokens = Tokens(repeating: .absent)
        try scan(payload.rawSpan, for: trie, into: &tokens)
        return tokens
    }
}

// Traffic has a JSONText, too.
extension Dialects.JSONText {
    static func string(_ token: JSONToken, in bytes: [UInt8]) -> String {
        string(token, in: bytes.rawSpan)
    }

    static func verbatim(_ token: JSONToken, in bytes: [UInt8]) -> String {
        verbatim(token, in: bytes.rawSpan)
    }
}

extension JSONNumeral {
    static func integer(_ text: some Sequence<UInt8>) -> Int64? {
        integer(Array(text).rawSpan)
    }

    static func double(_ text: some Sequence<UInt8>) -> Double? {
        double(Array(text).rawSpan)
    }
}

extension ISOTime {
    static func timestamp(_ text: String) -> Timestamp? {
        timestamp(Array(text.utf8).rawSpan)
    }
}

extension TopicLevels {
    init?(_ topic: [UInt8]) {
        self.init(topic.rawSpan)
    }
}

extension TopicPattern {
    func matches(_ split: TopicLevels, in topic: [UInt8]) -> Bool {
        matches(split, in: topic.rawSpan)
    }
}

extension TopicTable {
    func match(_ topic: [UInt8]) -> (entry: Entry, levels: TopicLevels)? {
        match(topic.rawSpan)
    }
}

extension DialectReader {
    /// The reading of a message.
    mutating func read(_ message: Message) -> Reading? {
        read(topic: message.topic.rawSpan, payload: message.payload.rawSpan, at: message.recordedAt)
    }
}

extension ByteTable {
    func value(of key: [UInt8], hash: UInt64) -> Value? {
        find(key.rawSpan, hash: hash).map { self[$0] }
    }

    func isFull(for key: [UInt8]) -> Bool {
        isFull(for: key.rawSpan)
    }

    mutating func remember(_ key: [UInt8], hash: UInt64, _ value: Value) {
        remember(key.rawSpan, hash: hash, value)
    }
}

extension KeyedHash {
    func callAsFunction(_ bytes: [UInt8]) -> UInt64 {
        self(bytes.rawSpan)
    }
}
