import {
  claimDomain,
  deleteDomain,
  listDomains,
  markDomainVerified,
  type TxtResolver,
  type WorkspaceDomain,
} from '@plantel/idp-bridge'
import { parseDomain } from '@plantel/team'
import { z } from 'zod'

import type { Operation } from '../operations/operation.ts'
import { domainNotFound } from '../operations/path-parameters.ts'
import { ProblemError } from '../problem.ts'
import { reviewAllAdoptions } from '../review-all-adoptions.ts'
import { type HostWorkspaceCaller, hostWorkspaceOperation } from './host-caller.ts'

const domainShape: z.ZodType<WorkspaceDomain> = z
  .strictObject({
    domain: z.string(),
    verifiedAt: z.date().nullable(),
    recordMissingSince: z.date().nullable().meta({
      description:
        'Since when the record of a verified domain is gone; it is looked for every day, and after thirty days without it the domain is verified no longer.',
    }),
    record: z.strictObject({ name: z.string(), value: z.string() }).meta({
      description: 'The TXT record that proves it, as long as it is there.',
    }),
  })
  .meta({ id: 'WorkspaceDomain' })

const domainName = z
  .string()
  .max(300)
  .transform((text, context) => {
    const domain = parseDomain(text)
    if (domain !== undefined) return domain
    context.addIssue({ code: 'custom', message: 'must be a domain such as acme.example' })
    return z.NEVER
  })
  .meta({ example: 'acme.example' })

/** Domains whose addresses are the workspace's own, once a DNS record proves it. */
export function ssoDomainOperations(
  resolveTxt: TxtResolver,
): readonly Operation<HostWorkspaceCaller>[] {
  return [
    hostWorkspaceOperation({
      method: 'get',
      path: '/domains',
      id: 'listDomains',
      tag: 'Sign-in',
      summary: 'List the domains of a workspace',
      answers: {
        200: {
          description: 'Proved and unproved ones, by name.',
          body: z.strictObject({ domains: z.array(domainShape) }),
        },
      },
      handle: async (caller) => ({
        status: 200,
        body: { domains: await caller.read((trx) => listDomains(trx)) },
      }),
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: '/domains',
      id: 'claimDomain',
      tag: 'Sign-in',
      summary: 'Say that a domain is the workspace’s',
      description:
        'Counts for nothing until it is verified. The same one again keeps its record. Inside a verified domain people are known by their address, and find their workspace by it.',
      body: z.strictObject({ domain: domainName }),
      answers: { 201: { description: 'The record that proves it.', body: domainShape } },
      handle: async (caller, { body }) => ({
        status: 201,
        body: await caller.write((trx) => claimDomain(trx, body.domain)),
      }),
    }),
    hostWorkspaceOperation({
      method: 'post',
      path: '/domains/{domain}/verification',
      id: 'verifyDomain',
      tag: 'Sign-in',
      summary: 'Look for the record that proves a domain',
      answers: { 200: { description: 'It is the workspace’s.', body: domainShape } },
      refusals: ['conflict', 'unavailable'],
      async handle(caller, { params }) {
        const claimed = await caller.read((trx) => listDomains(trx, params.domain))
        const [domain] = claimed
        if (domain === undefined) throw domainNotFound()
        const found = await look(resolveTxt, domain.record.name)
        if (!found.includes(domain.record.value)) {
          throw new ProblemError(
            'conflict',
            `There is no TXT record ${domain.record.name} with the value ${domain.record.value} yet: add it, and wait until it has spread.`,
            { reason: 'record-not-found' },
          )
        }
        const [verified] = await caller.write(async (trx) => {
          await markDomainVerified(trx, params.domain)
          return listDomains(trx, params.domain)
        })
        if (verified === undefined) throw domainNotFound()
        await reviewAllAdoptions((work) => caller.write(work))
        return { status: 200, body: verified }
      },
    }),
    hostWorkspaceOperation({
      method: 'delete',
      path: '/domains/{domain}',
      id: 'deleteDomain',
      tag: 'Sign-in',
      summary: 'Take a domain back',
      description: 'Whoever was recognized by it before stays who they are.',
      answers: { 204: { description: 'Nobody is recognized by it any more.' } },
      async handle(caller, { params }) {
        if (!(await caller.write((trx) => deleteDomain(trx, params.domain)))) throw domainNotFound()
        return { status: 204 }
      },
    }),
  ]
}

async function look(resolveTxt: TxtResolver, name: string): Promise<string[]> {
  try {
    return await resolveTxt(name)
  } catch (cause) {
    throw new ProblemError(
      'unavailable',
      `The name server of ${name} does not answer: try again in a few minutes.`,
      { reason: 'resolver-failed' },
      { cause },
    )
  }
}
