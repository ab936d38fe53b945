// The names of a series of packet files, and which of them are left.

import Foundation
import Traffic

/// Files that stand beside each other, named by time: `packets-20260830T120000Z-000001.pcap`.
struct PacketFileSeries {
    private let folder: URL
    private let stem: String
    private let suffix: String
    private let count: Int?
    private var number = 0

    /// A series named after `path`, of which `count` files are left.
    init(path: String, count: Int?) {
        let file = URL(filePath: path)
        folder = file.deletingLastPathComponent()
        stem = file.deletingPathExtension().lastPathComponent
        suffix = file.pathExtension.isEmpty ? "" : "." + file.pathExtension
        self.count = count
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

    /// Removes the oldest files of the series, so that with the one being written no more than the count are there.
    ///
    /// The oldest are those of the least number: a clock may be set back.
    func removeOldest() {
        guard let count else { return }
        for file in files().dropLast(count) {
            try? FileManager.default.removeItem(at: folder.appending(path: file.name))
        }
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
