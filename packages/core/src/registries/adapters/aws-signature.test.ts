import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { signAws } from './aws-signature.ts'

const common = {
  bodySha256: createHash('sha256').update('').digest('hex'),
  region: 'us-east-1',
  service: 'service',
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  at: new Date('2015-08-30T12:36:00Z'),
}
const signatureOf = (method: string, url: string) =>
  signAws({ ...common, method, url: new URL(url), headers: {} }).authorization!.split('Signature=')[1]

// From Amazon's published test suite for Signature Version 4.
it('signs as Amazon’s own test suite says', () => {
  expect(signatureOf('GET', 'https://example.amazonaws.com/')).toBe(
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  )
  expect(signatureOf('POST', 'https://example.amazonaws.com/')).toBe(
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  )
  expect(signatureOf('GET', 'https://example.amazonaws.com/?Param2=value2&Param1=value1')).toBe(
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  )
})
