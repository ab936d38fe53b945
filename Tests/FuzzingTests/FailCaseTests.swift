// Inputs that once failed, and the inputs that fuzzing begins with.

import Foundation
import Fuzzing
import TestSupport
import Testing

private let captures = Fixtures.projectCaptures.map(\.path)

/// Inputs on which a check failed before a repair; each folder is named after its target.
private func failCases(of target: FuzzTarget) throws -> [URL] {
    let folder = Fixtures.root.appending(path: "Tests/FuzzingTests/FailCases/\(target.rawValue)")
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
}

@Test(arguments: FuzzTarget.allCases)
func `holds on every input that once failed`(target: FuzzTarget) throws {
    for input in try failCases(of: target) {
        let bytes = [UInt8](try Data(contentsOf: input))
        #expect(throws: Never.self, "\(target) \(input.lastPathComponent)") { try target.check(bytes) }
    }
}

@Test(arguments: FuzzTarget.allCases)
func `holds on seeds, on their prefixes and on mutations of them`(target: FuzzTarget) throws {
    let seeds = target.seeds(from: captures)
    try #require(!seeds.isEmpty)
    var random = SplitMix(seed: 2_026)
    for seed in seeds.prefix(40) {
        #expect(throws: Never.self, "\(target)") { try target.check(seed) }
        for _ in 0..<4 {
            let prefix = Array(seed.prefix(Int.random(in: 0...seed.count, using: &random)))
            #expect(throws: Never.self, "\(target) prefix \(prefix)") { try target.check(prefix) }
            let mutated = Mutation.bytes(of: seed, using: &random)
            #expect(throws: Never.self, "\(target) \(mutated)") { try target.check(mutated) }
        }
    }
}

@Test func `names every folder of failed inputs after a target`() throws {
    let folder = Fixtures.root.appending(path: "Tests/FuzzingTests/FailCases")
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(names).isSubset(of: FuzzTarget.allCases.map(\.rawValue)))
}
