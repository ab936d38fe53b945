// The names of a series of packet files, and which of them are left.

import Foundation
import Traffic

/// Files that stand beside each other, named by time: `packets-20260830T120000Z-000001.pcap`.
struct PacketFileSeries {
    private let folder: URL
    private let stem: String
    private let suffix: String
    private let count: Int?
    private let bytes: Int64?
    private var number = 0

    /// A series named after `path`, of which `count` files are left, of so many `bytes` together.
    init(path: String, count: Int?, bytes: Int64? = nil) {
        let file = URL(filePath: path)
        folder = file.deletingLastPathComponent()
        stem = file.deletingPathExtension().lastPathComponent
        suffix = file.pathExtension.isEmpty ? "" : "." + file.pathExtension
        self.count = count
        self.bytes = bytes
    }

    /// The path of the next file, whose first packet was captured then; a file that is there already is let be.
    mutating func next(at time: Timestamp) -> String {
        let digits = time.text(decimals: 0).filter { $0 != "-" && $0 != ":" }
        if number == 0 { number = files().last?.number ?? 0 }
        while true {
            number += 1
            let text = String(number)
            let padded = String(repeating: "0", count: max(0, 6 - text.count)) + text
            let path = folder.appending(path: "\(stem)-\(digits)-\(padded)\(suffix)").path
            if !FileManager.default.fileExists(atPath: path) { return path }
        }
    }

    /// Removes the oldest files of the series, so that with the one being written no more than the count are there, and
    /// no more bytes; the newest file stays whatever its size.
    ///
    /// The oldest are those of the least number: a clock may be set back.
    func removeOldest() {
        guard count != nil || bytes != nil else { return }
        let files = files()
        for file in files.dropLast(min(count ?? .max, countWithinBytes(files.map(\.name)))) {
            try? FileManager.default.removeItem(at: folder.appending(path: file.name))
        }
    }

    /// How many of the newest files are within the bound of bytes, one at least.
    private func countWithinBytes(_ names: [String]) -> Int {
        guard let bytes else { return .max }
        var sum: Int64 = 0
        let isWithin = names.reversed().prefix { name in
            let path = folder.appending(path: name).path
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            sum += (attributes?[.size] as? NSNumber)?.int64Value ?? 0
            return sum <= bytes
        }
        return max(1, isWithin.count)
    }

    /// The files that were named by `next`, by their number: nobody else's file may go.
    private func files() -> [(number: Int, name: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap { name in number(of: name).map { (number: $0, name: name) } }
            .sorted { ($0.number, $0.name) < ($1.number, $1.name) }
    }

    /// The number in a name that `next` gave; `nil` for any other.
    private func number(of name: String) -> Int? {
        guard name.hasPrefix(stem + "-"), name.hasSuffix(suffix) else { return nil }
        let middle = name.dropFirst(stem.count + 1).dropLast(suffix.count)
        let timed = /[0-9]{8}T[0-9]{6}Z-([0-9]{6,})/
        return middle.wholeMatch(of: timed).flatMap { Int($0.output.1) }
    }
}
