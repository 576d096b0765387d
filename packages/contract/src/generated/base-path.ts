// Generated from the YAML files of this package by generate.ts. Do not edit.

export const basePath = '/api/v2.0'
