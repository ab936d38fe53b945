// A payload is accepted or refused, and read, as Foundation does it, wherever RFC 8259 leaves no choice.

import Dialects
import Foundation
import Traffic

/// Compares the payload scanner with JSONDecoder (accepted or refused; numbers and texts) and with JSONSerialization
/// (what stands at each path; of repeated keys the last wins there, as with us, and the first in JSONDecoder).
enum PayloadCheck {
    private static let dialects = try? DialectSet.builtIn()
    private static let topics = [
        "/p/d/firmware/upgrade", "/p/d/firmware/upgrade/progress", "/p/g/child/d/firmware/upgrade",
        "v1/1/firmware/download/request", "v1/1/firmware/download/progress", "v1/1/firmware/download/result",
    ]

    static func check(_ input: [UInt8]) throws(Finding) {
        let fault = fault(in: input)
        // JSONDecoder passes over repeated keys, JSONSerialization does not.
        let tree = try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed)
        let isTheirs = tree != nil && (try? JSONDecoder().decode(JSONTree.self, from: Data(input))) != nil
        if (fault == nil) != isTheirs {
            let difference = JSONDifference.explaining(input, fault)
            try require(
                difference != nil,
                "\(fault.map(String.init(describing:)) ?? "accepted"), Foundation not so"
            )
        }
        if fault == nil, isTheirs, let tree { try compareValues(input, with: tree) }
        try readAsMessage(input)
    }

    private static func fault(in input: [UInt8]) -> JSONFault? {
        do throws(JSONFault) {
            _ = try JSONScanner.scan(input, for: PathTrie())
            return nil
        } catch {
            return error
        }
    }

    /// Any payload on any claimed topic is an event, an unknown one with its reason.
    private static func readAsMessage(_ input: [UInt8]) throws(Finding) {
        for topic in topics {
            let message = Message(
                recordedAt: Timestamp(seconds: 1_800_000_000),
                vantage: Vantage(recordingID: 1, connection: 1),
                direction: .toBroker,
                topic: Array(topic.utf8),
                payload: input
            )
            guard let event = dialects?.read(message) else { throw Finding("nobody claims \(topic)") }
            try require(event.kind != .unknown || event.reason != nil, "unknown without a reason")
        }
    }

    private static func compareValues(_ input: [UInt8], with tree: Any) throws(Finding) {
        var places: [(path: [String], value: Any)] = []
        collect(tree, [], &places)
        var trie = PathTrie()
        let slots = places.map { trie.slot(for: $0.path) }
        guard let tokens = try? JSONScanner.scan(input, for: trie) else {
            throw Finding("refused a second time")
        }
        for (place, slot) in zip(places, slots) {
            let path = place.path.joined(separator: ".")
            try compare(tokens[slot], with: place.value, in: input, at: path)
        }
    }

    /// The values at the paths that one message may name.
    ///
    /// Swift takes differently composed letters for equal, so that
    /// only keys in ASCII name the same place here and there.
    private static func collect(
        _ value: Any,
        _ path: [String],
        _ places: inout [(path: [String], value: Any)]
    ) {
        guard places.count < PathTrie.slotLimit else { return }
        places.append((path, value))
        guard path.count < JSONScanner.depthLimit, let object = value as? [String: Any] else { return }
        guard object.keys.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) else { return }
        for key in object.keys.sorted() { object[key].map { collect($0, path + [key], &places) } }
    }

    private static func compare(
        _ token: JSONToken,
        with value: Any,
        in input: [UInt8],
        at path: String
    ) throws(Finding) {
        let isEqual =
            switch token.kind {
            case .absent: false
            case .null: value is NSNull
            case .object: value is [String: Any]
            case .array: value is [Any]
            case .true, .false: value as? Bool == (token.kind == .true)
            case .number: isNumber(token, in: input, value as? NSNumber)
            case .plainString, .escapedString: isText(token, in: input, value as? String)
            }
        try require(isEqual, "\(path) is \(token.kind), Foundation reads \(value)")
    }

    private static func isText(_ token: JSONToken, in input: [UInt8], _ text: String?) -> Bool {
        let ours = JSONText.string(token, in: input)
        let theirs = try? JSONDecoder().decode(String.self, from: Data(input[token.start..<token.end]))
        return theirs.map { $0.unicodeScalars.elementsEqual(ours.unicodeScalars) } == true && text == ours
    }

    private static func isNumber(_ token: JSONToken, in input: [UInt8], _ number: NSNumber?) -> Bool {
        let numeral = input[token.start..<token.end]
        guard numeral.count <= JSONText.longestNumber else { return JSONText.double(numeral) == nil }
        if JSONDifference.isZeroWithExponent(String(decoding: numeral, as: UTF8.self)) {
            return JSONText.double(numeral) == number?.doubleValue
        }
        let theirs = try? JSONDecoder().decode(Double.self, from: Data(numeral))
        guard theirs == JSONText.double(numeral) else { return false }
        guard let integer = JSONText.integer(numeral) else { return true }
        return (try? JSONDecoder().decode(Int64.self, from: Data(numeral))) == integer
    }
}
