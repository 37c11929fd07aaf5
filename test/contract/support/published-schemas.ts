/** All published documents, and which of them an answer is judged by. */

import { Specification, specificationFiles } from './specification.ts'
import type { GivenAnswer } from './specification-exceptions.ts'
import { exceptions } from './specification-exceptions.ts'

/** Newer than what the SDK asks for; older versions are judged by the SDK's. */
const newer: Readonly<Record<string, readonly string[]>> = {
  '2022-11-01': ['Streaming/stable/2022-11-01/streamingservice.json'],
  '2023-01-01': [
    'Accounts/stable/2023-01-01/Accounts.json',
    'Metadata/stable/2023-01-01/AccountFilters.json',
    'Metadata/stable/2023-01-01/AssetsAndAssetFilters.json',
    'Metadata/stable/2023-01-01/ContentKeyPolicies.json',
    'Metadata/stable/2023-01-01/StreamingPoliciesAndStreamingLocators.json',
  ],
}

export class PublishedSchemas {
  readonly #usual: Specification
  readonly #byVersion: ReadonlyMap<string, Specification>

  /** @param folder `ams-swagger` of the shared data. */
  constructor(folder: string) {
    this.#usual = new Specification(specificationFiles(folder))
    this.#byVersion = new Map(
      Object.entries(newer).map(([version, files]) => [version, new Specification(specificationFiles(folder, files))]),
    )
  }

  operationIds(): string[] {
    return this.#usual.operationIds()
  }

  /** What is wrong with an answer, exceptions included. */
  problems({ operation, apiVersion, status, response }: GivenAnswer): string[] {
    const own = this.#byVersion.get(apiVersion ?? '')
    const judge = own?.operationIds().includes(operation) === true ? own : this.#usual
    // What is nowhere is refused in the form of all errors.
    return judge.problems(operation === 'Unknown' ? 'Assets_Get' : operation, status, response)
  }

  /** What is wrong with an answer and no exception allows, as one line each. */
  violations(answer: GivenAnswer): string[] {
    return this.problems(answer)
      .filter(problem => !exceptions.some(({ when }) => when(answer, problem)))
      .map(problem => `${answer.operation} ${answer.apiVersion} ${answer.status} ${problem}`)
  }
}
