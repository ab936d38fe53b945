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
        let refusal = refusal(of: input)
        // JSONDecoder passes over repeated keys, JSONSerialization does not.
        let tree = try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed)
        let isTheirs = tree != nil && (try? JSONDecoder().decode(JSONTree.self, from: Data(input))) != nil
        if (refusal == nil) != isTheirs {
            let difference = JSONDifference.explaining(input, refusal)
            try require(difference != nil, "\(refusal?.reason ?? "accepted"), Foundation not so")
        }
        if refusal == nil, isTheirs, let tree { try compareValues(input, with: tree) }
        try readAsMessage(input)
    }

    private static func refusal(of input: [UInt8]) -> ScannedPayload.Refusal? {
        do throws(ScannedPayload.Refusal) {
            _ = try ScannedPayload(input)
            return nil
        } catch {
            return error
        }
    }

    /// Any payload on any claimed topic is an event, an unknown one with its reason, whatever was read before.
    private static func readAsMessage(_ input: [UInt8]) throws(Finding) {
        guard let dialects else { throw Finding("the built-in dialects are not there") }
        let now = Timestamp(seconds: 1_800_000_000)
        var reader = DialectReader(dialects)
        for payload in [input, withOtherFigures(input), input] {
            for topic in topics {
                let message = Message(
                    recordedAt: now,
                    vantage: Vantage(recordingID: 1, connection: 1),
                    direction: .toBroker,
                    topic: Array(topic.utf8),
                    payload: payload
                )
                guard let event = dialects.read(message) else { throw Finding("nobody claims \(topic)") }
                try require(event.kind != .unknown || event.reason != nil, "unknown without a reason")
                let reading = reader.read(
                    topic: message.topic.span.bytes,
                    payload: payload.span.bytes,
                    at: now
                )
                try require(reading?.event == event, "a reader's memory changes what it reads on \(topic)")
            }
        }
    }

    /// The payload with other digits: of the same shape, mostly.
    private static func withOtherFigures(_ payload: [UInt8]) -> [UInt8] {
        payload.map { byte in
            switch byte {
            case UInt8(ascii: "1")...UInt8(ascii: "8"): byte + 1
            case UInt8(ascii: "9"): UInt8(ascii: "1")
            default: byte
            }
        }
    }

    private static func compareValues(_ input: [UInt8], with tree: Any) throws(Finding) {
        var places: [(path: [String], value: Any)] = []
        collect(tree, [], &places)
        guard let scanned = try? ScannedPayload(input, paths: places.map(\.path)) else {
            throw Finding("refused a second time")
        }
        for (place, value) in zip(places, scanned.values) {
            // Foundation names the place without the mark that its key begins with.
            if case .absent = value, JSONDifference.hasMarkedText(input) { continue }
            let path = place.path.joined(separator: ".")
            try require(
                isEqual(value, place.value, in: input),
                "\(path) is \(value), Foundation reads \(place.value)"
            )
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
        guard places.count < ScannedPayload.pathLimit else { return }
        places.append((path, value))
        guard path.count < ScannedPayload.depthLimit, let object = value as? [String: Any] else { return }
        guard object.keys.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) else { return }
        for key in object.keys.sorted() { object[key].map { collect($0, path + [key], &places) } }
    }

    private static func isEqual(_ ours: ScannedPayload.Value, _ theirs: Any, in input: [UInt8]) -> Bool {
        switch ours {
        case .absent: return false
        case .null: return theirs is NSNull
        case .object: return theirs is [String: Any]
        case .array: return theirs is [Any]
        case .flag(let flag): return theirs as? Bool == flag
        case .text(let range, let text):
            let decoded = try? JSONDecoder().decode(String.self, from: Data(input[range]))
            return decoded.map { JSONDifference.isEqual(text, $0) } == true
                && (theirs as? String).map { JSONDifference.isEqual(text, $0) } == true
        case .number(let range, let double, let integer):
            return isNumber(input[range], double, integer, theirs as? NSNumber)
        }
    }

    private static func isNumber(
        _ numeral: ArraySlice<UInt8>,
        _ double: Double?,
        _ integer: Int64?,
        _ theirs: NSNumber?
    ) -> Bool {
        if numeral.count > ScannedPayload.longestNumeral, double == nil { return true }
        if JSONDifference.isZeroWithExponent(String(decoding: numeral, as: UTF8.self)) {
            return double == theirs?.doubleValue
        }
        guard double == (try? JSONDecoder().decode(Double.self, from: Data(numeral))) else { return false }
        return integer == nil || integer == (try? JSONDecoder().decode(Int64.self, from: Data(numeral)))
    }
}
