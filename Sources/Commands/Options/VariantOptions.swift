// Which implementation of a dialect speaks.

import ArgumentParser
import Foundation
import Pipeline

/// `--variant DIALECT=VARIANT`, wherever dialects are loaded.
struct VariantOptions: ParsableArguments {
    @Option(
        name: .customLong("variant"),
        help: ArgumentHelp(
            "Read a dialect by the units of one of its implementations; repeatable.",
            valueName: "dialect=variant"
        )
    )
    var choices: [String] = []

    func validate() throws {
        for choice in choices where !choice.contains("=") {
            throw ValidationError(
                "--variant \(choice): write DIALECT=VARIANT, such as iot-cloud-ota-2=esp32."
            )
        }
    }

    /// Loads the built-in dialects, those of the user's folder and these files; says once what replaces what.
    func load(files: [String], only: [String] = []) throws -> DialectCatalog {
        var request = DialectRequest(files: files, only: only)
        request.folder = DialectRequest.folder(in: ProcessInfo.processInfo.environment)
        for choice in choices {
            let parts = choice.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            request.variants[String(parts[0])] = String(parts[1])
        }
        let catalog = try DialectCatalog.load(request)
        for replacement in catalog.replacements { Console.note(replacement) }
        return catalog
    }
}
